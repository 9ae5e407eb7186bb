import { WrunError } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";
import { TaskProcess } from "./task-process.ts";
import type { StdioNames } from "./stdio/process-io.ts";

const sigkill = 9;

/** The processes that are executed in a container beside its first one. */
export class Execs {
  readonly #named = new Map<string, TaskProcess>();
  /** Those that run, whether or not they have been deleted. */
  readonly #running = new Set<TaskProcess>();

  /** All that have been named and not deleted. */
  get all(): readonly TaskProcess[] {
    return [...this.#named.values()];
  }

  get(execId: string): TaskProcess | undefined {
    return this.#named.get(execId);
  }

  /** Names one that is to be started later. */
  add(execId: string, names: StdioNames, spec: string): void {
    if (execId === "") throw new WrunError("invalid", "an exec without an id");
    if (this.#named.has(execId))
      throw new WrunError("exists", `process ${oneLine(execId, 100)} exists already`);
    this.#named.set(execId, new TaskProcess(execId, names, spec));
  }

  remove(process: TaskProcess): void {
    this.#named.delete(process.execId);
  }

  started(process: TaskProcess): void {
    this.#running.add(process);
    void process.ended().then(() => this.#running.delete(process));
  }

  /** Ends those that still run, with those that are being started, and waits for them. */
  async end(): Promise<void> {
    await Promise.all(this.all.map(async ({ starting }) => starting));
    const running = [...this.#running];
    for (const process of running) process.kill(sigkill);
    await Promise.all(running.map((process) => process.ended()));
  }

  close(): void {
    for (const { io } of this.all) io?.close();
  }
}
