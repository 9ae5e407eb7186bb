import { native } from "../../../native/native.ts";
import { open } from "../../host/open-flags.ts";
import { closeWatched } from "../../host/readiness.ts";
import { checked } from "../../host/errno.ts";
import { ConsoleSocket } from "./console-socket.ts";
import { isFifo, openReader } from "./fifo.ts";
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
  try {
    return new TerminalIo(new ConsoleSocket(place.sockets), stdout, pathOf(names.stdin));
  } catch (error) {
    stdout?.close();
    throw error;
  }
}

class TerminalIo implements ProcessIo {
  readonly fds = [-1, -1, -1] as const;
  readonly #socket: ConsoleSocket;
  readonly #output: Output | undefined;
  readonly #stdin: string;
  #terminal = -1;
  #input = -1;
  #copied: Promise<void> = Promise.resolve();

  constructor(socket: ConsoleSocket, output: Output | undefined, stdin: string) {
    this.#socket = socket;
    this.#output = output;
    this.#stdin = stdin;
  }

  get consoleSocket(): string {
    return this.#socket.path;
  }

  async handOver(): Promise<void> {
    this.#terminal = await this.#socket.terminal();
    this.#socket.close();
    const to = this.#output?.fd ?? -1;
    if (to >= 0) {
      native.setFlags(to, native.getFlags(to) | open.nonBlocking);
      this.#copied = pump(this.#terminal, to).then(() => this.#output?.handOver());
    }
    if (this.#stdin === "" || !isFifo(this.#stdin)) return;
    this.#input = openReader(this.#stdin);
    void pump(this.#input, this.#terminal).then(() => this.closeStdin());
  }

  resize(rows: number, columns: number): void {
    if (this.#terminal >= 0)
      checked(native.setWindowSize(this.#terminal, rows, columns), "resize", "the terminal");
  }

  // A terminal has no end: only what would be typed ends.
  closeStdin(): void {
    if (this.#input >= 0) closeWatched(this.#input);
    this.#input = -1;
  }

  letReadersIn(): void {
    this.#output?.letReadersIn();
  }

  async drained(): Promise<void> {
    this.closeStdin();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, patience);
    await Promise.race([this.#copied, promise]);
    clearTimeout(timer);
  }

  close(): void {
    this.closeStdin();
    this.#socket.close();
    if (this.#terminal >= 0) closeWatched(this.#terminal);
    this.#terminal = -1;
    this.#output?.close();
  }
}
