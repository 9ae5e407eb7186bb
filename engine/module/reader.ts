import { WrunError } from "../../oci/error.ts";

/** Walks wasm's binary format: strict LEB128, nothing read past `end`, every refusal a WrunError. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    const value = this.at < this.end ? this.bytes[this.at] : undefined;
    if (value === undefined) throw malformed("it ends too early", this.at);
    this.at++;
    return value;
  }

  /** https://webassembly.github.io/spec/core/binary/values.html#integers: at most ceil(N/7) bytes, unused bits zero. */
  u32(): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed("a number is too long", start);
  }

  u64(): bigint {
    const start = this.at;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      if (shift === 63n && byte > 0x01) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed("a number is too long", start);
  }

  /** Passes over a signed number of at most `bits` bits whose value does not matter to us. */
  skipSigned(bits: 32 | 33 | 64): void {
    const start = this.at;
    for (let shift = 0; shift < bits; shift += 7) if (this.u8() < 0x80) return;
    throw malformed("a number is too long", start);
  }

  skip(length: number): void {
    if (length < 0 || length > this.end - this.at) throw malformed("it ends too early", this.end);
    this.at += length;
  }

  /** A reader of the next `length` bytes, which this one passes over. */
  slice(length: number): Reader {
    const start = this.at;
    this.skip(length);
    return new Reader(this.bytes, start, this.at);
  }

  name(): string {
    const length = this.u32();
    const start = this.at;
    this.skip(length);
    return text(this.bytes, start, this.at);
  }

  /** The items of a vector. A count that cannot fit in what is left is refused before anything is allocated. */
  vector<T>(item: (reader: Reader, index: number) => T): T[] {
    const items: T[] = [];
    const count = this.count();
    for (let index = 0; index < count; index++) items.push(item(this, index));
    return items;
  }

  count(): number {
    const start = this.at;
    const count = this.u32();
    if (count > this.end - this.at) throw malformed("a count is too large", start);
    return count;
  }

  expectEnd(what: string): void {
    if (this.at !== this.end) throw malformed(`${what} has bytes to spare`, this.at);
  }
}

/** The error for a file that breaks the binary format. */
export function malformed(what: string, offset: number): WrunError {
  return new WrunError("invalid", `malformed wasm: ${what} (offset ${offset})`);
}

// Names are nearly always ASCII and short; a TextDecoder costs more than all of them.
function text(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 256) return decode(bytes, start, end);
  let name = "";
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0x80;
    if (byte >= 0x80) return decode(bytes, start, end);
    name += String.fromCharCode(byte);
  }
  return name;
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    throw malformed("a name is not UTF-8", start);
  }
}
