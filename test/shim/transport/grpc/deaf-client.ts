import { connect as connectSocket, type Socket } from "node:net";

// HTTP/2 by hand (RFC 9113): gRPC's own clients always take what comes.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const frameTypes = { data: 0, headers: 1, settings: 4 } as const;
const endStream = 1;
const endHeaders = 4;

/** A client that calls methods and takes none of the answers: it never grants more than the first 64 KiB of each. */
export class DeafClient {
  readonly #socket: Socket;
  #stream = 1;
  /** Bytes that have come. */
  received = 0;

  /** `reads`: whether what comes is taken off the socket at least. */
  constructor(path: string, { reads }: { readonly reads: boolean }) {
    this.#socket = connectSocket(path);
    if (reads) this.#socket.on("data", (bytes) => (this.received += bytes.length));
    else this.#socket.pause();
    this.#socket.on("error", () => undefined);
    this.#socket.write(preface);
    this.#frame({ type: frameTypes.settings, flags: 0, stream: 0 }, Buffer.alloc(0));
  }

  /** Calls a method with one message. */
  call(path: string, message: Uint8Array, metadata: Readonly<Record<string, string>> = {}): void {
    const stream = this.#stream;
    this.#stream += 2;
    const headers = {
      ":method": "POST",
      ":scheme": "http",
      ":path": path,
      ":authority": "localhost",
      te: "trailers",
      "content-type": "application/grpc",
      ...metadata,
    };
    const fields = Buffer.concat(Object.entries(headers).map(([name, value]) => literal(name, value)));
    this.#frame({ type: frameTypes.headers, flags: endHeaders, stream }, fields);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    this.#frame({ type: frameTypes.data, flags: endStream, stream }, Buffer.concat([prefix, message]));
  }

  close(): void {
    this.#socket.destroy();
  }

  #frame({ type, flags, stream }: { type: number; flags: number; stream: number }, payload: Buffer): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

// HPACK's literal field without indexing (RFC 7541, 6.2.2); the lengths here are below 127.
function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}
