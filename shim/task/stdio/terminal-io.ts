import { native } from "../../../native/native.ts";
import { open } from "../../host/open-flags.ts";
import { closeWatched } from "../../host/readiness.ts";
import { checked } from "../../host/errno.ts";
import { ConsoleSocket } from "./console-socket.ts";
import { type InputSource, openTerminalInput } from "./input.ts";
import type { Output } from "./output.ts";
import { openOutputs, pathOf } from "./names.ts";
import type { ProcessIo, StdioNames, StdioPlace } from "./process-io.ts";
import { pump } from "./pump.ts";

/** How long output may wait for a reader once its process has ended, in milliseconds. */
const patience = 10_000;

/** Streams of a process with a terminal, whose other end is copied to and from containerd's FIFOs. */
export async function openTerminalIo(names: StdioNames, place: StdioPlace): Promise<ProcessIo> {
  const { stdout, stderr } = await openOutputs(names.stdout, "", place);
  stderr?.close();
  let input: InputSource | undefined;
  try {
    input = pathOf(names.stdin) === "" ? undefined : openTerminalInput(pathOf(names.stdin));
    return new TerminalIo(new ConsoleSocket(place.sockets), stdout, input);
  } catch (error) {
    stdout?.close();
    input?.close();
    throw error;
  }
}

class TerminalIo implements ProcessIo {
  readonly fds = [-1, -1, -1] as const;
  readonly #socket: ConsoleSocket;
  readonly #output: Output | undefined;
  readonly #input: InputSource | undefined;
  #terminal = -1;
  #copied: Promise<void> = Promise.resolve();

  constructor(socket: ConsoleSocket, output: Output | undefined, input: InputSource | undefined) {
    this.#socket = socket;
    this.#output = output;
    this.#input = input;
  }

  get consoleSocket(): string {
    return this.#socket.path;
  }

  async handOver(): Promise<void> {
    this.#terminal = this.#socket.terminal();
    this.#socket.close();
    const [output, input] = [this.#output, this.#input];
    if (output !== undefined)
      this.#copied = copied(this.#terminal, nonBlocking(output.fd)).then(() => output.handOver());
    if (input !== undefined) void copied(nonBlocking(input.fd), this.#terminal).then(() => input.close());
  }

  // What is copied is copied from handOver() on, and has no end.
  start(): void {
    return;
  }

  resize(rows: number, columns: number): void {
    if (this.#terminal >= 0)
      checked(native.setWindowSize(this.#terminal, rows, columns), "resize", "the terminal");
  }

  // What would be typed ends, and the terminal does not.
  closeStdin(): void {
    this.#input?.end();
  }

  letReadersIn(): void {
    this.#output?.letReadersIn();
  }

  async heard(): Promise<void> {
    await this.#output?.heard();
  }

  async drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patience);
    await Promise.race([this.#copied, promise]);
    clearTimeout(timer);
  }

  close(): void {
    this.#socket.close();
    this.#input?.close();
    this.#output?.close();
    if (this.#terminal >= 0) closeWatched(this.#terminal);
    this.#terminal = -1;
  }
}

// Where the kernel has no room to watch one end, the copying ends, and nothing else.
function copied(from: number, to: number): Promise<void> {
  return pump(from, to).catch(() => undefined);
}

function nonBlocking(fd: number): number {
  native.setFlags(fd, native.getFlags(fd) | open.nonBlocking);
  return fd;
}
