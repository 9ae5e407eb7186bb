import type { TaskEvent } from "./task-events.ts";

/** An event, and when it happened. */
export interface QueuedEvent {
  readonly event: TaskEvent;
  readonly at: Date;
}

/** The events of one container, its execs' among them, in order. */
export interface Lane {
  readonly containerId: string;
  /** The oldest first. Never empty while the lane is known to EventLanes. */
  readonly events: QueuedEvent[];
  state: "ready" | "sending" | "paused";
  /** How often the oldest event has been sent in vain. */
  failures: number;
}

/**
 * Events that wait for containerd: one lane for each container. containerd needs the events of one container in order
 * (core/runtime/v2/README.md, "Events"); those of different containers may overtake each other.
 */
export class EventLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Set<Lane>();
  readonly #capacity: number;
  #size = 0;

  /** Holds at most `capacity` events. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many events there are, those that are being sent included. */
  get size(): number {
    return this.#size;
  }

  /** Every event, the oldest of each lane first. */
  *[Symbol.iterator](): Generator<QueuedEvent> {
    for (const { events } of this.#lanes.values()) yield* events;
  }

  /**
   * Appends an event to its container's lane. Where there is no room, returns the event that was dropped for it: the oldest
   * of the lane that is longest. So a container that does a lot while containerd is away costs no other one its events, and
   * of each container the last events stay, which say how it is now.
   */
  add(queued: QueuedEvent): QueuedEvent | undefined {
    const dropped = this.#size >= this.#capacity ? this.#drop() : undefined;
    const lane = this.#laneOf(queued.event.containerId);
    lane.events.push(queued);
    this.#size += 1;
    return dropped;
  }

  /** A lane whose oldest event is to be sent now; they take turns. Its state is "sending" then. */
  next(): Lane | undefined {
    for (const lane of this.#ready) {
      this.#ready.delete(lane);
      lane.state = "sending";
      return lane;
    }
    return undefined;
  }

  /** The oldest event of a lane was taken, or given up. */
  shift(lane: Lane): void {
    lane.events.shift();
    lane.failures = 0;
    this.#size -= 1;
    if (lane.events.length > 0) this.resume(lane);
    else this.#lanes.delete(lane.containerId);
  }

  /** The oldest event of a lane is to be sent again, but not before resume(). */
  pause(lane: Lane): void {
    lane.state = "paused";
  }

  /** The oldest event of a lane may be sent. */
  resume(lane: Lane): void {
    lane.state = "ready";
    this.#ready.add(lane);
  }

  /** resume() for each lane that is paused. */
  resumeAll(): void {
    for (const lane of this.#lanes.values()) if (lane.state === "paused") this.resume(lane);
  }

  #laneOf(containerId: string): Lane {
    const known = this.#lanes.get(containerId);
    if (known !== undefined) return known;
    const lane: Lane = { containerId, events: [], state: "ready", failures: 0 };
    this.#lanes.set(containerId, lane);
    this.resume(lane);
    return lane;
  }

  // What is being sent stays: it may have been taken already.
  #drop(): QueuedEvent | undefined {
    let longest: Lane | undefined;
    for (const lane of this.#lanes.values())
      if (droppable(lane) > (longest === undefined ? 0 : droppable(longest))) longest = lane;
    if (longest === undefined) return undefined;
    const [dropped] = longest.events.splice(longest.state === "sending" ? 1 : 0, 1);
    this.#size -= 1;
    if (longest.state !== "sending") longest.failures = 0;
    if (longest.events.length === 0) this.#forget(longest);
    return dropped;
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.containerId);
    this.#ready.delete(lane);
  }
}

function droppable({ events, state }: Lane): number {
  return state === "sending" ? events.length - 1 : events.length;
}
