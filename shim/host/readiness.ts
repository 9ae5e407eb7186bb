import { native } from "../../native/native.ts";
import { checked } from "./errno.ts";

/** EPOLL* of epoll_ctl(2). */
export const ready = { read: 0x1, priority: 0x2, write: 0x4, error: 0x8, hangup: 0x10 } as const;

/** Errors and hangups are told to whoever waits, whatever they wait for. */
const always = ready.error | ready.hangup;
const eperm = -1;

interface Wait {
  readonly events: number;
  readonly resolve: (events: number) => void;
}

interface Watched {
  /** Tells answers for this descriptor from those for an earlier one of the same number. */
  readonly ticket: number;
  waits: readonly Wait[];
}

const watched = new Map<number, Watched>();
let tickets = 0;

/**
 * Waits until a descriptor is ready for one of `events`, and returns which of them it is, with errors and hangups.
 * 0 where forget() came first. A regular file is always ready.
 */
export function whenReady(fd: number, events: number): Promise<number> {
  if (tickets === 0) checked(native.watchStart(answer), "start", "epoll");
  const entry = watched.get(fd) ?? { ticket: ++tickets, waits: [] };
  const { promise, resolve } = Promise.withResolvers<number>();
  entry.waits = [...entry.waits, { events, resolve }];
  watched.set(fd, entry);
  arm(fd, entry, events);
  return promise;
}

/** Before a descriptor is closed: whoever waits for it gets 0. */
export function forget(fd: number): void {
  const entry = watched.get(fd);
  if (entry === undefined) return;
  watched.delete(fd);
  native.watchForget(fd);
  for (const { resolve } of entry.waits) resolve(0);
}

/** forget() and close(2). */
export function closeWatched(fd: number): void {
  forget(fd);
  native.close(fd);
}

/** A function that does closeWatched() the first time it is called. */
export function closeOnce(fd: number): () => void {
  let isOpen = true;
  return () => {
    if (isOpen) closeWatched(fd);
    isOpen = false;
  };
}

function arm(fd: number, { ticket, waits }: Watched, asked: number): void {
  const events = waits.reduce((all, wait) => all | wait.events, 0);
  const result = native.watchArm(fd, ticket, events);
  if (result === eperm) return answer(fd, ticket, asked);
  if (result < 0) watched.delete(fd);
  checked(result, "watch", `descriptor ${fd}`);
}

function answer(fd: number, ticket: number, events: number): void {
  const entry = watched.get(fd);
  if (entry === undefined || entry.ticket !== ticket) return;
  const answered = entry.waits.filter((wait) => (events & (wait.events | always)) !== 0);
  entry.waits = entry.waits.filter((wait) => !answered.includes(wait));
  for (const { events: wanted, resolve } of answered) resolve(events & (wanted | always));
  if (entry.waits.length > 0) arm(fd, entry, 0);
}
