import { native } from "../../native/native.ts";
import { Clock, isClock } from "./clock.ts";
import type { Context, WasiFunctions } from "./context.ts";
import { Errno, errnoOf } from "./errno.ts";
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from "./linux.ts";
import { Right } from "./rights.ts";
import { Eventtype, readSubscriptions, type Subscription, subscriptionSize } from "./subscription.ts";

// `$event`: u64 userdata, u16 error, u8 type, then u64 bytes at 16 and u16 flags at 24.
const eventSize = 32;
const hangup = 1;
// poll(2) takes no more than RLIMIT_NOFILE. Each costs us memory that the guest's limit does not count.
const mostSubscriptions = 65_536;

const forever = -1n;
// The longest time that ppoll is asked for: a timespec holds more, but nobody waits 292 years.
const longest = 2n ** 63n - 1n;

// A timeout of ppoll runs by the monotonic clock: it learns nothing of a wall clock that is set while it waits.
const wallClockLook = 1_000_000_000n;

interface Event {
  readonly subscription: Subscription;
  readonly error: number;
  readonly bytes: bigint;
  readonly flags: number;
}

/** poll_oneoff. */
export function pollFunctions(context: Context): WasiFunctions {
  const { memory } = context;
  return {
    poll_oneoff(from: number, to: number, count: number, out: number): number {
      const amount = count >>> 0;
      if (amount === 0 || amount > mostSubscriptions) return Errno.inval;
      if (!memory.fits(from >>> 0, amount * subscriptionSize)) return Errno.fault;
      if (!memory.fits(to >>> 0, amount * eventSize) || !memory.fits(out >>> 0, 4)) return Errno.fault;
      const events = new Poll(context, readSubscriptions(memory, from >>> 0, amount)).wait();
      if (typeof events === "number") return events;
      for (const [index, event] of events.entries()) putEvent(context, (to >>> 0) + index * eventSize, event);
      memory.putU32(out >>> 0, events.length);
      return Errno.success;
    },
  };
}

function putEvent({ memory }: Context, at: number, event: Event): void {
  memory.putU64(at, event.subscription.userdata);
  memory.putU16(at + 8, event.error);
  memory.putU8(at + 10, event.subscription.type);
  memory.putU64(at + 16, event.bytes);
  memory.putU16(at + 24, event.flags);
}

interface Deadline {
  readonly subscription: Subscription;
  readonly clock: number;
  readonly at: bigint;
}

/** One call of poll_oneoff: waits until at least one subscription has something to say. */
class Poll {
  readonly #context: Context;
  readonly #events: Event[] = [];
  readonly #deadlines: Deadline[] = [];
  readonly #waiting: Subscription[] = [];
  // poll(2)'s triples (fd, events, revents), one for each of #waiting.
  readonly #fds: Int32Array;

  constructor(context: Context, subscriptions: readonly Subscription[]) {
    this.#context = context;
    this.#fds = new Int32Array(subscriptions.length * 3);
    for (const subscription of subscriptions) {
      if (subscription.type === Eventtype.clock) this.#addClock(subscription);
      else this.#addFd(subscription);
    }
  }

  /** The events, at least one; or an errno. */
  wait(): readonly Event[] | number {
    for (;;) {
      const result = native.poll(this.#fds, this.#waiting.length, this.#timeout());
      if (result < 0) return errnoOf(result);
      for (const [index, subscription] of this.#waiting.entries()) this.#collect(subscription, index * 3);
      for (const deadline of this.#deadlines) {
        if (now(deadline.clock) >= deadline.at) this.#say(deadline.subscription);
      }
      if (this.#events.length > 0) return this.#events;
    }
  }

  #say(subscription: Subscription, error: number = Errno.success): void {
    this.#events.push({ subscription, error, bytes: 0n, flags: 0 });
  }

  #addClock(subscription: Subscription): void {
    const { id, timeout, absolute } = subscription;
    if (!isClock(id)) return this.#say(subscription, Errno.inval);
    // A process that waits uses no CPU time: such a clock would never come to its end.
    if (id !== Clock.realtime && id !== Clock.monotonic) return this.#say(subscription, Errno.notsup);
    // A span of time is measured by the clock that nobody sets.
    const clock = absolute ? id : Clock.monotonic;
    this.#deadlines.push({ subscription, clock, at: absolute ? timeout : now(clock) + timeout });
  }

  #addFd(subscription: Subscription): void {
    const entry = this.#context.table.get(subscription.id);
    if (entry === undefined) return this.#say(subscription, Errno.badf);
    const reads = subscription.type === Eventtype.fdRead;
    if (!reads && subscription.type !== Eventtype.fdWrite) return this.#say(subscription, Errno.inval);
    if (entry.lacks(Right.pollFdReadwrite)) return this.#say(subscription, Errno.notcapable);
    const index = this.#waiting.push(subscription) - 1;
    this.#fds[index * 3] = entry.fd;
    this.#fds[index * 3 + 1] = reads ? POLLIN : POLLOUT;
  }

  // How long poll may take: not at all where there is something to say already.
  #timeout(): bigint {
    if (this.#events.length > 0) return 0n;
    let least = forever;
    for (const { clock, at } of this.#deadlines) {
      const left = at - now(clock);
      if (left <= 0n) return 0n;
      const wait = clock === Clock.realtime && left > wallClockLook ? wallClockLook : left;
      if (least === forever || wait < least) least = wait;
    }
    return least > longest ? longest : least;
  }

  #collect(subscription: Subscription, slot: number): void {
    const revents = this.#fds[slot + 2] ?? 0;
    if (revents === 0) return;
    if (revents & POLLNVAL) return this.#say(subscription, Errno.badf);
    const reads = subscription.type === Eventtype.fdRead;
    const bytes = reads ? (this.#context.table.get(subscription.id)?.readable() ?? 0n) : 0n;
    const flags = revents & (POLLHUP | POLLERR) ? hangup : 0;
    this.#events.push({ subscription, error: Errno.success, bytes, flags });
  }
}

const time = new BigUint64Array(1);

function now(clock: number): bigint {
  native.clockTime(clock, time.buffer, 0);
  return time[0] ?? 0n;
}
