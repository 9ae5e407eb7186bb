import { type Input, openInput } from "./input.ts";
import { openOutputs, type Outputs, pathOf } from "./names.ts";
import type { ProcessIo, StdioNames, StdioPlace } from "./process-io.ts";

/** Streams without a terminal: the process gets them itself. */
export async function openPipedIo(names: StdioNames, place: StdioPlace): Promise<ProcessIo> {
  const outputs = await openOutputs(names.stdout, names.stderr, place);
  try {
    const path = pathOf(names.stdin);
    return pipedIo(path === "" ? undefined : openInput(path, place.owner), outputs);
  } catch (error) {
    outputs.stdout?.close();
    outputs.stderr?.close();
    throw error;
  }
}

function pipedIo(stdin: Input | undefined, { stdout, stderr }: Outputs): ProcessIo {
  return {
    fds: [stdin?.fd ?? -1, stdout?.fd ?? -1, stderr?.fd ?? -1],
    handOver: async () => [stdin, stdout, stderr].forEach((stream) => stream?.handOver()),
    start: () => stdin?.start(),
    resize: () => undefined,
    closeStdin: () => stdin?.end(),
    letReadersIn: () => [stdout, stderr].forEach((output) => output?.letReadersIn()),
    heard: async () => void (await Promise.all([stdout?.heard(), stderr?.heard()])),
    drained: async () => undefined,
    close: () => [stdin, stdout, stderr].forEach((stream) => stream?.close()),
  };
}
