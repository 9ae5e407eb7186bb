import type { Envelope, Event } from "./envelope.ts";

/** How much is kept for those who come back, at most. */
export interface FeedBounds {
  readonly events: number;
  readonly bytes: number;
}

/** Who follows, and from where on. */
export interface Follower {
  /** The place of the last event that it has; undefined: those from now on. */
  readonly since: bigint | undefined;
  readonly signal: AbortSignal;
  readonly wants: (envelope: Envelope) => boolean;
  /** Told where events that it has not seen are kept no more. */
  readonly missed: () => void;
}

const usual: FeedBounds = { events: 20_000, bytes: 8 * 2 ** 20 };

/** All events in one order, of which the last are kept: each follower takes them as fast as it likes. */
export class Feed {
  readonly #bounds: FeedBounds;
  #kept: Envelope[] = [];
  #bytes = 0;
  /** How many have been let go of: the index of the first that is kept, among all that ever were. */
  #first = 0;
  #letGo = 0n;
  #last = 0n;
  #wake = Promise.withResolvers<void>();

  constructor(bounds: FeedBounds = usual) {
    this.#bounds = bounds;
  }

  /** Gives events their place. They are not told yet: they may have to be written down first. */
  place(events: readonly Event[]): Envelope[] {
    let last = this.#last;
    return events.map((event) => {
      last = event.at > last ? event.at : last + 1n;
      return { ...event, at: last as Envelope["at"] };
    });
  }

  /** Tells what place() has placed, in the same order. */
  tell(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) {
      this.#last = envelope.at;
      this.#kept.push(envelope);
      this.#bytes += sizeOf(envelope);
    }
    this.#letGoOfOldest();
    this.#wakeAll();
  }

  /** What is kept now, the oldest first. */
  get kept(): readonly Envelope[] {
    return this.#kept;
  }

  /** Every event that `follower` wants, once each, until its signal. */
  async *follow({ since, signal, wants, missed }: Follower): AsyncGenerator<Envelope> {
    let next = since === undefined ? this.#first + this.#kept.length : this.#indexAfter(since);
    if (since !== undefined && since < this.#letGo) missed();
    // All are woken: a promise of its own in a race would keep what each of its waits has left.
    signal.addEventListener("abort", () => this.#wakeAll(), { once: true });
    while (!signal.aborted) {
      if (next < this.#first) {
        missed();
        next = this.#first;
      }
      const envelope = this.#kept[next - this.#first];
      if (envelope === undefined) {
        await this.#wake.promise;
        continue;
      }
      next += 1;
      if (wants(envelope)) yield envelope;
    }
  }

  #wakeAll(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  #indexAfter(since: bigint): number {
    const index = this.#kept.findIndex(({ at }) => at > since);
    return this.#first + (index < 0 ? this.#kept.length : index);
  }

  // A tenth at a time: an array is cut at its beginning by copying it.
  #letGoOfOldest(): void {
    if (this.#kept.length <= this.#bounds.events && this.#bytes <= this.#bounds.bytes) return;
    let count = 0;
    const [events, bytes] = [this.#bounds.events * 0.9, this.#bounds.bytes * 0.9];
    while (this.#kept.length - count > events || this.#bytes > bytes) {
      const oldest = this.#kept[count];
      if (oldest === undefined) break;
      this.#bytes -= sizeOf(oldest);
      this.#letGo = oldest.at;
      count += 1;
    }
    this.#kept = this.#kept.slice(count);
    this.#first += count;
  }
}

function sizeOf({ event, topic, namespace }: Envelope): number {
  return event.value.length + event.type_url.length + topic.length + namespace.length + 100;
}
