import type { ByteStream } from "../byte-stream.ts";
import type { Method } from "../service.ts";
import { type Status, statusCode, statusOf } from "../status.ts";
import { Call, ends, lastAnswersMs } from "../call.ts";
import { OpenCalls } from "../open-calls.ts";
import { type Frame, type FrameHeader, frameType, remoteOpen } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { oversized, readRequest, writeResponse } from "./messages.ts";

/** Calls that one connection may have open. Waits are among them, so those past it are refused, not queued. */
const mostCalls = 1024;
/** The first byte of a frame is always 0: what has another is not ttrpc. */
const mostSkipped = 0xff_ffff;

/** Finds the method of a service; undefined where there is none. */
export type FindMethod = (service: string, method: string) => Method | undefined;

/** One client's connection, from its first frame to its end. */
export class ServerConnection {
  readonly #stream: ByteStream;
  readonly #writer: FrameWriter;
  readonly #find: FindMethod;
  readonly #calls = new OpenCalls();
  #lastId = 0;

  constructor(stream: ByteStream, find: FindMethod) {
    this.#stream = stream;
    this.#writer = new FrameWriter(stream);
    this.#find = find;
  }

  /** Serves until the client hangs up, or what it sends cannot be ttrpc. */
  async run(): Promise<void> {
    const reader = new FrameReader();
    try {
      for (let bytes = await this.#stream.read(); bytes !== undefined; bytes = await this.#stream.read()) {
        for (const frame of reader.push(bytes)) this.#receive(frame);
        await this.#writer.room();
      }
    } catch {
      // The connection broke: it ends like one that was closed.
    } finally {
      this.#calls.stop(ends.hungUp);
      this.#stream.close();
    }
  }

  /** Waits a little for the calls that are open, ends them, sends the answers that are queued, and closes. */
  async close(): Promise<void> {
    await this.#calls.settled(lastAnswersMs);
    this.#calls.stop(ends.closing);
    await this.#writer.flushed();
    this.#stream.close();
  }

  #receive({ header, data }: Frame): void {
    if (data === undefined) return this.#refuseOversized(header);
    if (header.streamId % 2 === 0) return this.#refuse(header, "a client's stream ids are odd");
    if (header.type === frameType.data) return this.#refuseData(header);
    if (header.type === frameType.request) this.#request(header, data);
  }

  #refuseOversized(header: FrameHeader): void {
    this.#answer(header.streamId, oversized(header.length));
    if (header.length > mostSkipped) this.#hangUp();
  }

  // Data that follows a request which was refused, or is being answered, has been answered by that.
  #refuseData(header: FrameHeader): void {
    if (header.streamId > this.#lastId) this.#refuse(header, "data for a stream that was never opened");
  }

  #request(header: FrameHeader, data: Uint8Array): void {
    const { streamId, flags } = header;
    if (streamId <= this.#lastId) return this.#refuse(header, "stream ids only ever grow");
    this.#lastId = streamId;
    if ((flags & remoteOpen) !== 0) return this.#answer(streamId, unimplemented("streams"));
    if (this.#calls.size >= mostCalls) return this.#answer(streamId, tooManyCalls);
    try {
      this.#call(streamId, data);
    } catch (error) {
      this.#answer(streamId, statusOf(error));
    }
  }

  #call(streamId: number, data: Uint8Array): void {
    const { service, method, payload, timeoutNano, metadata } = readRequest(data);
    const found = this.#find(service, method);
    if (found === undefined) return this.#answer(streamId, unimplemented(`${service}/${method}`));
    const call = new Call(metadata, (answer) => {
      this.#calls.delete(call);
      this.#writer.send(writeResponse(streamId, answer));
    });
    this.#calls.add(call);
    call.limit(timeoutNano);
    call.run(found, payload);
  }

  #refuse(header: FrameHeader, message: string): void {
    this.#answer(header.streamId, { code: statusCode.invalidArgument, message });
  }

  #answer(streamId: number, status: Status): void {
    this.#writer.send(writeResponse(streamId, { status }));
  }

  #hangUp(): void {
    void this.#writer.flushed().then(() => this.#stream.close());
  }
}

const tooManyCalls: Status = {
  code: statusCode.resourceExhausted,
  message: `more than ${mostCalls} calls on one connection`,
};

function unimplemented(what: string): Status {
  return { code: statusCode.unimplemented, message: `${what.slice(0, 200)}: not implemented` };
}
