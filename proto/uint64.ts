/** A 64-bit value in two halves, as the generated code takes it beside numbers. */
export interface Uint64 {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** `value` to its last bit, where a number would round: a cgroup's "max" is 2^64 - 1. */
export function uint64(value: bigint): Uint64 {
  const low = Number(value & 0xffff_ffffn);
  const high = Number((value >> 32n) & 0xffff_ffffn);
  return { low, high, unsigned: true };
}
