import type { ByteStream } from "../byte-stream.ts";
import { joined } from "./frame-reader.ts";

/** Above this much, no more is read from a connection. */
const muchQueued = 1024 * 1024;
/** Above this much, the other side has stopped reading for good, and the connection is given up. */
const mostQueued = 16 * 1024 * 1024;
/** Frames are written together up to this size. */
const writeTogether = 64 * 1024;

/** Queues frames for a connection and writes them in order. */
export class FrameWriter {
  readonly #stream: ByteStream;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #writing = false;
  #broken = false;
  #waiting: { readonly below: number; readonly resolve: () => void }[] = [];

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  send(frame: Uint8Array): void {
    if (this.#broken) return;
    this.#queue.push(frame);
    this.#queued += frame.length;
    if (this.#queued > mostQueued) this.#break();
    else if (!this.#writing) void this.#writeAll();
  }

  /** Resolves once there is room in the queue, or no use for it. */
  room(): Promise<void> {
    return this.#below(muchQueued);
  }

  /** Resolves once all has been written, or cannot be. */
  flushed(): Promise<void> {
    return this.#below(0);
  }

  #below(below: number): Promise<void> {
    if (this.#queued <= below) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ below, resolve });
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      for (let batch = this.#batch(); batch !== undefined; batch = this.#batch()) {
        await this.#stream.write(batch);
        this.#written(batch.length);
      }
    } catch {
      this.#break();
    }
    this.#writing = false;
  }

  #batch(): Uint8Array | undefined {
    let [count, size] = [0, 0];
    for (const frame of this.#queue) {
      if (count > 0 && size + frame.length > writeTogether) break;
      count += 1;
      size += frame.length;
    }
    const frames = this.#queue.splice(0, count);
    return frames.length <= 1 ? frames[0] : joined(frames);
  }

  #written(count: number): void {
    this.#queued = this.#broken ? 0 : this.#queued - count;
    const done = this.#waiting.filter((wait) => this.#queued <= wait.below);
    this.#waiting = this.#waiting.filter((wait) => !done.includes(wait));
    for (const { resolve } of done) resolve();
  }

  #break(): void {
    this.#broken = true;
    this.#queue = [];
    this.#stream.close();
    this.#written(0);
  }
}
