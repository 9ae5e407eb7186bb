import type { ByteStream } from "../byte-stream.ts";
import type { Caller, CallOptions, CallTarget } from "../service.ts";
import { errorOf, type Status, statusCode } from "../status.ts";
import type { Answer } from "../call.ts";
import { type Frame, frameType, headerLength, mostData } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { oversized, readResponse, writeRequest } from "./messages.ts";

/** A connection to a ttrpc server, for any number of calls at a time. Whoever needs another after its end makes it. */
export class TtrpcClient implements Caller {
  readonly #stream: ByteStream;
  readonly #writer: FrameWriter;
  readonly #calls = new Map<number, (answer: Answer) => void>();
  #nextId = 1;
  #over = false;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    this.#writer = new FrameWriter(stream);
    this.ended = this.#run();
  }

  async call(target: CallTarget, options: CallOptions = {}): Promise<Uint8Array> {
    if (this.#over) throw errorOf(connectionLost);
    const answer = await this.#answerTo(target, options);
    if ("status" in answer) throw errorOf(answer.status);
    return answer.payload;
  }

  /** Whether the connection has ended: every further call fails. True in the same step in which open calls fail. */
  get isClosed(): boolean {
    return this.#over;
  }

  /** Hangs up; the calls that are open fail. */
  close(): void {
    this.#over = true;
    this.#stream.close();
    for (const settle of this.#calls.values()) settle({ status: connectionLost });
  }

  async #answerTo(target: CallTarget, { timeoutMs, metadata }: CallOptions): Promise<Answer> {
    const timeoutNano = (timeoutMs ?? 0) * 1e6;
    const frame = writeRequest(this.#nextId, { ...target, timeoutNano, metadata: metadata ?? new Map() });
    if (frame.length > mostData + headerLength) return { status: oversized(frame.length - headerLength) };
    const streamId = this.#nextId;
    this.#nextId += 2;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#calls.set(streamId, resolve);
    const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs, { status: timedOut });
    this.#writer.send(frame);
    const answer = await promise;
    clearTimeout(timer);
    this.#calls.delete(streamId);
    return answer;
  }

  async #run(): Promise<void> {
    const reader = new FrameReader();
    try {
      for (let bytes = await this.#stream.read(); bytes !== undefined; bytes = await this.#stream.read())
        for (const frame of reader.push(bytes)) this.#receive(frame);
    } catch {
      // What cannot be read or understood ends the connection, as hanging up does.
    }
    this.close();
  }

  #receive({ header, data }: Frame): void {
    const settle = this.#calls.get(header.streamId);
    if (data === undefined) return settle?.({ status: oversized(header.length) });
    if (header.type === frameType.response) settle?.(readResponse(data));
  }
}

const connectionLost: Status = { code: statusCode.unavailable, message: "the connection is closed" };
const timedOut: Status = { code: statusCode.deadlineExceeded, message: "no answer in time" };
