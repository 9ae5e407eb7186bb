import type { ByteStream } from "../../shim/transport/byte-stream.ts";

/** One end of a connection in memory. A write waits while `room` bytes lie unread at the other end. */
class PairedStream implements ByteStream {
  peer: PairedStream | undefined;
  readonly #room: number;
  #came: Uint8Array[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(room: number) {
    this.#room = room;
  }

  get unread(): number {
    return this.#came.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  get closed(): boolean {
    return this.#closed;
  }

  async read(): Promise<Uint8Array | undefined> {
    while (this.#came.length === 0) {
      if (this.#closed || this.peer?.closed === true) return undefined;
      await this.#change();
    }
    const bytes = this.#came.shift();
    this.peer?.wake();
    return bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    while (this.#isFull()) await this.#change();
    const { peer } = this;
    if (this.#closed || peer === undefined || peer.closed) throw new Error("broken pipe");
    peer.#came.push(bytes);
    peer.wake();
  }

  close(): void {
    this.#closed = true;
    this.wake();
    this.peer?.wake();
  }

  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #isFull(): boolean {
    const { peer } = this;
    return peer !== undefined && !peer.closed && !this.#closed && peer.unread >= this.#room;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** Both ends of a connection in memory. */
export function streamPair(room: number = 1024 * 1024): readonly [PairedStream, PairedStream] {
  const [here, there] = [new PairedStream(room), new PairedStream(room)];
  here.peer = there;
  there.peer = here;
  return [here, there];
}
