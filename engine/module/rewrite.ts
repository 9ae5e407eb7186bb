import { leb128 } from "./limits.ts";

/** Bytes that take the place of those from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** A copy of `bytes` with these splices, which are in order and do not overlap. */
export function splice(bytes: Uint8Array, splices: readonly Splice[]): Uint8Array {
  const grown = splices.reduce((sum, one) => sum + one.bytes.length - (one.end - one.start), 0);
  const result = new Uint8Array(bytes.length + grown);
  let from = 0;
  let to = 0;
  for (const { start, end, bytes: added } of [...splices, endOf(bytes)]) {
    result.set(bytes.subarray(from, start), to);
    result.set(added, to + start - from);
    to += start - from + added.length;
    from = end;
  }
  return result;
}

function endOf(bytes: Uint8Array): Splice {
  return { start: bytes.length, end: bytes.length, bytes: new Uint8Array() };
}

/** A whole section in the binary format: its number, its size, its content. */
export function sectionBytes(id: number, content: Uint8Array): Uint8Array {
  const size = leb128(BigInt(content.length));
  const section = new Uint8Array(1 + size.length + content.length);
  section[0] = id;
  section.set(size, 1);
  section.set(content, 1 + size.length);
  return section;
}
