import { native } from "../../native/native.ts";
import { checked, systemError } from "../host/errno.ts";
import { closeWatched, ready, whenReady } from "../host/readiness.ts";
import type { ByteStream } from "./byte-stream.ts";

/** SOCK_NONBLOCK. */
export const nonBlocking = 0o4000;

const eagain = -11;
const epipe = -32;
const econnreset = -104;

// One for all connections: what a read brings is copied out before anything else can run.
const room = new ArrayBuffer(64 * 1024);

/** A connected, non-blocking socket as a stream; the stream owns the descriptor. */
export class SocketStream implements ByteStream {
  #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (this.#fd >= 0) {
      const count = native.read(this.#fd, room, 0, room.byteLength);
      if (count > 0) return new Uint8Array(room.slice(0, count));
      if (count === 0 || count === econnreset) return undefined;
      if (count !== eagain) throw systemError(count, "read from", "a socket");
      await whenReady(this.#fd, ready.read);
    }
    return undefined;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      if (this.#fd < 0) throw systemError(epipe, "write to", "a socket");
      const count = native.write(this.#fd, bytes.buffer, bytes.byteOffset + done, bytes.length - done);
      if (count === eagain) await whenReady(this.#fd, ready.write);
      else done += checked(count, "write to", "a socket");
    }
  }

  close(): void {
    if (this.#fd >= 0) closeWatched(this.#fd);
    this.#fd = -1;
  }
}

/** Connects to a unix socket; never waits: a listener whose queue is full is an error. */
export function connect(path: string): SocketStream {
  const fd = checked(native.connectUnix(path, nonBlocking), "connect to", path);
  return new SocketStream(fd);
}
