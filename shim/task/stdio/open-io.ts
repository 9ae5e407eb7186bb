import { openPipedIo } from "./piped-io.ts";
import type { ProcessIo, StdioNames, StdioPlace } from "./process-io.ts";
import { openTerminalIo } from "./terminal-io.ts";

/** Opens the streams of a process that is to be made. */
export function openIo(names: StdioNames, place: StdioPlace): Promise<ProcessIo> {
  return names.terminal ? openTerminalIo(names, place) : openPipedIo(names, place);
}
