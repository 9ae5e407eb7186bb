import type { EncodedEvent } from "../transport/task-events.ts";

/** An event on its way to those who follow. */
export interface Event {
  /** When it happened, in nanoseconds since 1970. */
  readonly at: bigint;
  readonly namespace: string;
  readonly topic: string;
  readonly event: EncodedEvent;
}

/** An event that has its place among all others: no two are of the same nanosecond, and a later one is of a later. */
export interface Envelope extends Event {
  readonly at: bigint & { readonly __brand: "place" };
}
