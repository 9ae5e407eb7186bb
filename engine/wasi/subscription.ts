import type { GuestMemory } from "../memory.ts";

/** Size of `$subscription`: u64 userdata, u8 tag, and from 16 on what the tag says. */
export const subscriptionSize = 48;

/** `$eventtype`. */
export const Eventtype = { clock: 0, fdRead: 1, fdWrite: 2 } as const;

/** One thing that poll_oneoff waits for. */
export interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** The clock, or the descriptor. */
  readonly id: number;
  /** Of a clock: nanoseconds, from now or since its epoch. */
  readonly timeout: bigint;
  readonly absolute: boolean;
}

/** The `count` subscriptions at `from`, which lie inside. */
export function readSubscriptions(memory: GuestMemory, from: number, count: number): Subscription[] {
  const subscriptions: Subscription[] = [];
  for (let at = from; at < from + count * subscriptionSize; at += subscriptionSize) {
    const type = memory.u8(at + 8);
    subscriptions.push({
      userdata: memory.u64(at),
      type,
      id: memory.u32(at + 16),
      timeout: type === Eventtype.clock ? memory.u64(at + 24) : 0n,
      absolute: type === Eventtype.clock && (memory.u16(at + 40) & 1) !== 0,
    });
  }
  return subscriptions;
}
