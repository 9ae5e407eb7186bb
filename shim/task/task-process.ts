import type { Ended } from "../host/children.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { ProcessIo, StdioNames } from "./stdio/process-io.ts";

/** A process that has ended. */
export type Stopped = Extract<Lifecycle, { readonly status: "stopped" }>;

/** One process of a container: its first, or one that was executed in it later. */
export class TaskProcess {
  /** "" for the first. */
  readonly execId: string;
  readonly names: StdioNames;
  /** What is to be executed: the runtime-spec's process object, as JSON. The first process has it in config.json. */
  readonly spec: string;
  pid = 0;
  lifecycle: Lifecycle = { status: "created" };
  /** Settles when a start that is under way has been told to containerd: ends are told after it. */
  starting: Promise<unknown> = Promise.resolve();
  #io: ProcessIo | undefined;
  #stdinEnds = false;
  readonly #ended = Promise.withResolvers<Stopped>();

  constructor(execId: string, names: StdioNames, spec = "") {
    this.execId = execId;
    this.names = names;
    this.spec = spec;
  }

  /** Resolves when it has stopped, for as many as wait. */
  get ended(): Promise<Stopped> {
    return this.#ended.promise;
  }

  /** Its streams, from just before it is made. */
  get io(): ProcessIo | undefined {
    return this.#io;
  }

  /** It gets its streams. Its input may have been ended before that: `ctr` does so as soon as it has nothing to say. */
  attach(io: ProcessIo): void {
    this.#io = io;
    if (this.#stdinEnds) io.closeStdin();
  }

  /** Nobody will write to its input any more. */
  closeStdin(): void {
    this.#stdinEnds = true;
    this.#io?.closeStdin();
  }

  /** It has ended. */
  stop({ exitStatus, at }: Ended): Stopped {
    const stopped: Stopped = { status: "stopped", exitStatus, exitedAt: at };
    this.lifecycle = stopped;
    this.#ended.resolve(stopped);
    return stopped;
  }
}
