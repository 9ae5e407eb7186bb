import { type Frame, type FrameHeader, headerLength, mostData, readHeader } from "./frame.ts";

/** Cuts a stream of bytes into frames. It holds no more than what has really come of one frame. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #missing = headerLength;
  /** Of the frame whose data is being read; undefined while a header is. */
  #header: FrameHeader | undefined;
  #toSkip = 0;

  /** The frames that `bytes` complete. One that is too long is told at once, and its data skipped. */
  *push(bytes: Uint8Array): Generator<Frame> {
    for (let at = 0; at < bytes.length;) {
      const skipped = Math.min(this.#toSkip, bytes.length - at);
      this.#toSkip -= skipped;
      at += skipped;
      const part = bytes.subarray(at, at + this.#missing);
      at += part.length;
      const frame = this.#add(part);
      if (frame !== undefined) yield frame;
    }
  }

  #add(part: Uint8Array): Frame | undefined {
    this.#parts.push(part);
    this.#missing -= part.length;
    if (this.#missing > 0) return undefined;
    if (this.#header !== undefined) return this.#end(this.#header, this.#take());
    return this.#begin(readHeader(this.#take()));
  }

  #begin(header: FrameHeader): Frame | undefined {
    if (header.length > mostData) {
      this.#toSkip = header.length;
      return this.#end(header, undefined);
    }
    if (header.length === 0) return this.#end(header, new Uint8Array());
    this.#header = header;
    this.#missing = header.length;
    return undefined;
  }

  #end(header: FrameHeader, data: Uint8Array | undefined): Frame {
    this.#header = undefined;
    this.#missing = headerLength;
    return { header, data };
  }

  #take(): Uint8Array {
    const whole = joined(this.#parts);
    this.#parts = [];
    return whole;
  }
}

/** All of `parts` in one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(), ...more] = parts;
  if (more.length === 0) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
