import { native } from "../../native/native.ts";
import { checked } from "../host/errno.ts";
import { closeWatched, ready, whenReady } from "../host/readiness.ts";
import { nonBlocking } from "./socket-stream.ts";

const eagain = -11;
const econnaborted = -103;
/** ENFILE, EMFILE, ENOBUFS, ENOMEM: the connection stays in the queue, and the socket stays ready. */
const exhausted: readonly number[] = [-23, -24, -105, -12];
const pauseMs = 100;

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, pauseMs));
}

/** A listening socket that hands over connections of our own user, and closes others. */
export class Listener {
  #fd: number;
  readonly #take: (fd: number) => void;

  /** Owns `fd`; `take` gets connected, non-blocking descriptors. */
  constructor(fd: number, take: (fd: number) => void) {
    this.#fd = fd;
    this.#take = take;
    checked(native.setFlags(fd, native.getFlags(fd) | nonBlocking), "listen on", "the shim's socket");
  }

  /** Accepts until close(). */
  async run(): Promise<void> {
    while (this.#fd >= 0) {
      const fd = native.accept(this.#fd, nonBlocking);
      if (fd >= 0) this.#admit(fd);
      else await this.#wait(fd);
    }
  }

  close(): void {
    if (this.#fd >= 0) closeWatched(this.#fd);
    this.#fd = -1;
  }

  #admit(fd: number): void {
    if (native.peerUid(fd) === native.geteuid()) this.#take(fd);
    else native.close(fd);
  }

  async #wait(result: number): Promise<void> {
    if (exhausted.includes(result)) await pause();
    else if (result === eagain) await whenReady(this.#fd, ready.read).catch(pause);
    else if (result !== econnaborted) checked(result, "accept on", "the shim's socket");
  }
}
