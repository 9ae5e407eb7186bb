import type { ServerDuplexStream } from "@grpc/grpc-js";
import { ends } from "../call.ts";
import type { CallContext, Metadata, StreamMethod } from "../service.ts";
import { type Status, statusOf } from "../status.ts";

type LibraryCall = ServerDuplexStream<Uint8Array, Uint8Array>;

/** As many requests may wait for their handler. */
const mostWaiting = 16;

// The library counts the answers that wait for a slow caller, up to 16, and not their bytes: an event may have 1 MiB.
const maxUnsentBytes = 64 * 1024;

/** One call with many answers: they are made as the caller takes them. */
export class ServerStream implements CallContext {
  readonly metadata: Metadata;
  readonly #call: LibraryCall;
  readonly #abort = new AbortController();
  #status: Status | undefined;
  #unsentBytes = 0;
  #wake = (): void => {};

  constructor(call: LibraryCall, metadata: Metadata) {
    this.metadata = metadata;
    this.#call = call;
    call.on("cancelled", () => this.stop(ends.hungUp));
    call.on("error", () => this.stop(ends.hungUp));
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Answers until the handler has no more, the caller has gone, or stop(). */
  async run(method: StreamMethod): Promise<void> {
    try {
      for await (const bytes of method(this.#requests(), this)) {
        if (this.signal.aborted) break;
        if (!this.#write(bytes)) await this.#drained();
        while (this.#unsentBytes > maxUnsentBytes && !this.signal.aborted) await this.#sent();
      }
    } catch (error) {
      this.#status ??= statusOf(error);
    }
    if (this.#status === undefined) this.#call.end();
    else this.#call.emit("error", { code: this.#status.code, details: this.#status.message });
  }

  /** Ends the call; nothing where it has ended. */
  stop(status: Status): void {
    if (this.signal.aborted) return;
    this.#status = status;
    this.#abort.abort();
    this.#wake();
  }

  #write(bytes: Uint8Array): boolean {
    this.#unsentBytes += bytes.length;
    return this.#call.write(bytes, () => {
      this.#unsentBytes -= bytes.length;
      this.#wake();
    });
  }

  #sent(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      // Each wait takes away what it has left behind: a slow caller waits as often as there are events.
      const done = (): void => {
        this.#call.off("drain", done);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      this.#call.once("drain", done);
      this.signal.addEventListener("abort", done);
      if (this.signal.aborted) done();
    });
  }

  // Read by its events: an iterator over the library's stream would hold answers back.
  async *#requests(): AsyncGenerator<Uint8Array> {
    const waiting: Uint8Array[] = [];
    let ended = false;
    let wake = (): void => {};
    this.#call.on("data", (bytes: Uint8Array) => {
      waiting.push(bytes);
      if (waiting.length >= mostWaiting) this.#call.pause();
      wake();
    });
    this.#call.on("end", () => {
      ended = true;
      wake();
    });
    this.signal.addEventListener("abort", () => wake(), { once: true });
    while (!this.signal.aborted) {
      const next = waiting.shift();
      if (next !== undefined) {
        this.#call.resume();
        yield next;
      } else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}
