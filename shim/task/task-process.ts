import { native } from "../../native/native.ts";
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
  /** Whether its pid may be another process's by now. */
  isReaped = false;
  lifecycle: Lifecycle = { status: "created" };
  /** Settles when a start that is under way has been told to containerd: ends are told after it. */
  starting: Promise<unknown> | undefined;
  /** Settles when a deletion that is under way has ended: whoever asks for another one gets its outcome. */
  deleting: Promise<void> | undefined;
  #io: ProcessIo | undefined;
  #stdinEnds = false;
  readonly #waiting = new Set<(stopped: Stopped) => void>();

  constructor(execId: string, names: StdioNames, spec = "") {
    this.execId = execId;
    this.names = names;
    this.spec = spec;
  }

  /** Resolves when it has stopped, for as many as wait. Those who do not wait any more are forgotten. */
  ended(signal?: AbortSignal): Promise<Stopped> {
    if (this.lifecycle.status === "stopped") return Promise.resolve(this.lifecycle);
    const { promise, resolve } = Promise.withResolvers<Stopped>();
    this.#waiting.add(resolve);
    signal?.addEventListener("abort", () => this.#waiting.delete(resolve), { once: true });
    return promise;
  }

  /** What is being done with it that takes a while. */
  get busy(): "started" | "deleted" | undefined {
    if (this.starting !== undefined) return "started";
    return this.deleting === undefined ? undefined : "deleted";
  }

  /** Signals it; false where it has ended. Until it has been waited for, which nobody else does, the pid is its own. */
  kill(signal: number): boolean {
    return this.pid > 0 && !this.isReaped && native.kill(this.pid, signal) >= 0;
  }

  /** How many wait for its end. */
  get waiting(): number {
    return this.#waiting.size;
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
    for (const resolve of this.#waiting) resolve(stopped);
    this.#waiting.clear();
    return stopped;
  }
}
