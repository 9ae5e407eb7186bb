import type { Call } from "./call.ts";
import type { Status } from "./status.ts";

/** The calls that a server has not answered yet. */
export class OpenCalls {
  readonly #calls = new Set<Call>();
  #settled: (() => void) | undefined;

  get size(): number {
    return this.#calls.size;
  }

  add(call: Call): void {
    this.#calls.add(call);
  }

  delete(call: Call): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) this.#settled?.();
  }

  /** Resolves when all are answered, or after `milliseconds`. */
  async settled(milliseconds: number): Promise<void> {
    if (this.#calls.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settled = resolve;
    const timer = setTimeout(resolve, milliseconds);
    await promise;
    clearTimeout(timer);
  }

  /** Ends each with `status`. */
  stop(status: Status): void {
    for (const call of this.#calls) call.stop(status);
  }
}
