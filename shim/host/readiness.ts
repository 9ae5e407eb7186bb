import { native } from "../../native/native.ts";
import { checked, systemError } from "./errno.ts";

/** EPOLL* of epoll_ctl(2). */
export const ready = { read: 0x1, priority: 0x2, write: 0x4, error: 0x8, hangup: 0x10 } as const;

/** Errors and hangups are told to whoever waits, whatever they wait for. */
const always = ready.error | ready.hangup;
const eperm = -1;

interface Wait {
  readonly events: number;
  readonly resolve: (events: number) => void;
  readonly reject: (error: Error) => void;
}

interface Watched {
  /** Tells answers to these waits from late ones to earlier waits, maybe for another descriptor of the same number. */
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
  const entry = waitedFor(fd);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const wait = { events, resolve, reject };
  const result = arm(fd, { ...entry, waits: [...entry.waits, wait] });
  if (result === eperm) return Promise.resolve(events);
  if (result < 0) throw failed(fd, entry, result);
  entry.waits = [...entry.waits, wait];
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

function waitedFor(fd: number): Watched {
  const known = watched.get(fd);
  if (known !== undefined && known.waits.length > 0) return known;
  const entry = { ticket: ++tickets, waits: [] };
  watched.set(fd, entry);
  return entry;
}

function arm(fd: number, { ticket, waits }: Watched): number {
  return native.watchArm(
    fd,
    ticket,
    waits.reduce((all, { events }) => all | events, 0),
  );
}

// Somebody has closed it without forget(), or the kernel has no room: whoever waits is to know, as nothing would come.
function failed(fd: number, { waits }: Watched, result: number): Error {
  const error = systemError(result, "watch", `descriptor ${fd}`);
  watched.delete(fd);
  for (const { reject } of waits) reject(error);
  return error;
}

// It never throws: other answers come after it.
function answer(fd: number, ticket: number, events: number): void {
  const entry = watched.get(fd);
  if (entry === undefined || entry.ticket !== ticket) return;
  const answered = entry.waits.filter((wait) => (events & (wait.events | always)) !== 0);
  entry.waits = entry.waits.filter((wait) => !answered.includes(wait));
  for (const { events: wanted, resolve } of answered) resolve(events & (wanted | always));
  if (entry.waits.length === 0) return;
  const result = arm(fd, entry);
  if (result < 0) failed(fd, entry, result);
}
