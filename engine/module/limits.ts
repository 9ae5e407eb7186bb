import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** A memory's or a table's bounds, in pages or entries. */
export interface Limits {
  readonly min: bigint;
  readonly max?: bigint;
  readonly shared: boolean;
  /** 64-bit addresses (memory64). */
  readonly wide: boolean;
  /** log2 of the page size where the module chose its own (custom-page-sizes). */
  readonly pageLog2?: number;
}

// Flag bits: 1 has a maximum, 2 shared, 4 64-bit, 8 custom page size.
// https://webassembly.github.io/spec/core/binary/types.html#limits and the proposals threads, custom-page-sizes
export function readLimits(reader: Reader): Limits {
  const start = reader.at;
  const flags = reader.u8();
  if (flags > 0x0f) throw malformed(`limits flag 0x${flags.toString(16)} is unknown`, start);
  const wide = (flags & 4) !== 0;
  const bound = (): bigint => (wide ? reader.u64() : BigInt(reader.u32()));
  const min = bound();
  const max = flags & 1 ? bound() : undefined;
  const pageLog2 = flags & 8 ? reader.u32() : undefined;
  return {
    min,
    ...(max === undefined ? {} : { max }),
    shared: (flags & 2) !== 0,
    wide,
    ...(pageLog2 === undefined ? {} : { pageLog2 }),
  };
}

/** The bytes of `limits` in the binary format. */
export function writeLimits(limits: Limits): number[] {
  const has = (bit: number, on: boolean): number => (on ? bit : 0);
  const flags =
    has(1, limits.max !== undefined) |
    has(2, limits.shared) |
    has(4, limits.wide) |
    has(8, limits.pageLog2 !== undefined);
  return [
    flags,
    ...leb128(limits.min),
    ...(limits.max === undefined ? [] : leb128(limits.max)),
    ...(limits.pageLog2 === undefined ? [] : leb128(BigInt(limits.pageLog2))),
  ];
}

/** An unsigned number in as few LEB128 bytes as hold it. */
export function leb128(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}
