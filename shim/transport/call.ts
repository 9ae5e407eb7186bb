import type { CallContext, Metadata, Method } from "./service.ts";
import { type Status, statusCode, statusOf } from "./status.ts";

/** What a call is answered with. */
export type Answer = { readonly payload: Uint8Array } | { readonly status: Status };

/** Why a call ends without its handler. */
export const ends = {
  hungUp: { code: statusCode.cancelled, message: "the client has hung up" },
  closing: { code: statusCode.unavailable, message: "the shim is shutting down" },
  late: { code: statusCode.deadlineExceeded, message: "the time that the caller gave this call is over" },
} as const satisfies Record<string, Status>;

/**
 * How long a server that closes waits for open calls, in milliseconds. Their work is as good as done by then: containerd
 * has a shim close at a container's end, and the kill that has ended it may not have been answered yet.
 */
export const lastAnswersMs = 1000;

/** The longest time that setTimeout() can wait; who waits longer waits for ever. */
const longestMs = 2 ** 31 - 1;

/** One call that is being handled: it is answered once, by its handler or by whatever ends it before. */
export class Call implements CallContext {
  readonly metadata: Metadata;
  #answer: ((answer: Answer) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #abort: AbortController | undefined;
  #stopped = false;

  constructor(metadata: Metadata, answer: (answer: Answer) => void) {
    this.metadata = metadata;
    this.#answer = answer;
  }

  // Made for those who ask: of a call's parts it is the dearest.
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#stopped) this.#abort.abort();
    return this.#abort.signal;
  }

  run(method: Method, payload: Uint8Array): void {
    method(payload, this).then(
      (response) => this.#end({ payload: response }),
      (error: unknown) => this.#end({ status: statusOf(error) }),
    );
  }

  /** Ends the call when the time that its caller waits is over; 0 is for ever. */
  limit(nanoseconds: number): void {
    const milliseconds = Math.ceil(nanoseconds / 1e6);
    if (nanoseconds === 0 || milliseconds > longestMs) return;
    this.#timer = setTimeout(() => this.stop(ends.late), milliseconds);
  }

  /** Aborts the handler, and answers in its place; nothing where it has answered. */
  stop(status: Status): void {
    if (this.#answer === undefined) return;
    this.#end({ status });
    this.#stopped = true;
    this.#abort?.abort();
  }

  #end(answer: Answer): void {
    clearTimeout(this.#timer);
    this.#answer?.(answer);
    this.#answer = undefined;
  }
}
