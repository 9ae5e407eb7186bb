import { Duplex } from "node:stream";
import type { ByteStream } from "../byte-stream.ts";

/** A connection as the http2 library takes it. */
export function duplexOf(stream: ByteStream): Duplex {
  return new Duplex({
    read() {
      stream.read().then(
        (bytes) => this.push(bytes ?? null),
        (error: Error) => this.destroy(error),
      );
    },
    write(bytes: Uint8Array, _, done) {
      stream.write(bytes).then(() => done(), done);
    },
    destroy(error, done) {
      stream.close();
      done(error);
    },
  });
}
