import { EventLanes, type Lane, type QueuedEvent } from "./event-lanes.ts";
import type { ShimLog } from "./shim-log.ts";
import type { TaskEvent } from "./task-events.ts";

/** Why containerd has not taken an event. */
export interface SendFailure {
  /**
   * - refused: containerd answered with an error.
   * - unanswered: the connection is there, and no answer came in time. containerd may have taken the event.
   * - unreachable: there is no connection, or it was lost.
   */
  readonly kind: "refused" | "unanswered" | "unreachable";
  readonly reason: string;
}

/** Sends one event to containerd; undefined once that has taken it. */
export type SendEvent = (event: TaskEvent, at: Date) => Promise<SendFailure | undefined | void>;

/** How a publisher works; tests choose smaller figures. */
export interface PublisherLimits {
  /** How many events wait at most. */
  readonly queued: number;
  /** How many events, each of another container, are under way at a time. */
  readonly sending: number;
}

interface Waiting {
  readonly isOver: () => boolean;
  readonly resolve: () => void;
}

const usual: PublisherLimits = { queued: 4096, sending: 32 };
/** Pauses in milliseconds before an event that containerd refused is sent again; after the last it is given up. */
const pausesMs = [100, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000] as const;
/** Pauses in milliseconds between tries to reach containerd, the last one again and again. */
const awayPausesMs = [100, 200, 500, 1000, 2000, 5000] as const;
/** While events are dropped, every so many are logged. */
const dropsPerLine = 1000;
/** So many of the events that are left at the end are named in the log. */
const namedAtEnd = 10;

/**
 * Sends task events to containerd: those of one container in order and one after another, those of different containers side
 * by side, since containerd handles the calls of one connection concurrently (ttrpc: services.go). While containerd cannot be
 * reached all events wait, and one is tried after growing pauses. An event that containerd refuses holds up its own container
 * alone, and is given up in the end. No event is lost without a line in the log.
 */
export class Publisher {
  readonly #send: SendEvent;
  readonly #log: ShimLog;
  readonly #limits: PublisherLimits;
  readonly #lanes: EventLanes;
  readonly #timers = new Map<Lane, NodeJS.Timeout>();
  #sending = 0;
  /** How often containerd has answered. */
  #answers = 0;
  /** How often containerd could not be reached since it has answered last. */
  #failures = 0;
  /** The pause until containerd is tried again. */
  #away: NodeJS.Timeout | undefined;
  #dropped = 0;
  readonly #waiting = new Set<Waiting>();

  constructor(send: SendEvent, log: ShimLog, limits: PublisherLimits = usual) {
    this.#send = send;
    this.#log = log;
    this.#limits = limits;
    this.#lanes = new EventLanes(limits.queued);
  }

  /** How many events wait or are being sent. */
  get size(): number {
    return this.#lanes.size;
  }

  /** Sends an event as soon as the earlier ones of its container are taken. Never blocks. */
  publish(event: TaskEvent): void {
    const dropped = this.#lanes.add({ event, at: new Date() });
    if (dropped !== undefined) this.#drop(dropped);
    this.#sendReady();
  }

  /**
   * Resolves once at most half as many events wait as may, or containerd cannot be reached. Who can make events faster than
   * containerd takes them asks first: so none is dropped while containerd takes any.
   */
  async room(): Promise<void> {
    await this.#until(() => this.#failures > 0 || this.#lanes.size <= this.#limits.queued / 2);
  }

  /**
   * Tries again at once what is paused, and resolves when every event has been taken or given up, or after `timeoutMs`
   * milliseconds: then the events that are left are logged.
   */
  async drained(timeoutMs: number): Promise<void> {
    this.#hurry();
    await this.#until(() => this.#lanes.size === 0, timeoutMs);
    if (this.#lanes.size > 0) this.#logLeft(timeoutMs);
  }

  async #until(isOver: () => boolean, timeoutMs?: number): Promise<void> {
    if (isOver()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { isOver, resolve };
    this.#waiting.add(waiting);
    const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(waiting);
  }

  #sendReady(): void {
    while (this.#away === undefined && this.#sending < (this.#failures > 0 ? 1 : this.#limits.sending)) {
      const lane = this.#lanes.next();
      const oldest = lane?.events[0];
      if (lane === undefined || oldest === undefined) return;
      this.#sending += 1;
      void this.#try(lane, oldest);
    }
  }

  // All state changes in one step with the answer: a publish() in between would find a stale one.
  async #try(lane: Lane, { event, at }: QueuedEvent): Promise<void> {
    const answersBefore = this.#answers;
    const failure = await this.#send(event, at).catch(refusal);
    this.#sending -= 1;
    if (!failure) this.#taken(lane);
    else if (failure.kind === "unreachable") this.#pauseAll(lane, failure);
    // Where others were answered meanwhile, containerd is there, and this event is what it does not answer.
    else if (failure.kind === "unanswered" && this.#answers === answersBefore) this.#pauseAll(lane, failure);
    else this.#pause(lane, event, failure);
    this.#sendReady();
    for (const { isOver, resolve } of this.#waiting) if (isOver()) resolve();
  }

  #taken(lane: Lane): void {
    this.#answered();
    this.#lanes.shift(lane);
  }

  #pause(lane: Lane, event: TaskEvent, { kind, reason }: SendFailure): void {
    if (kind === "refused") this.#answered();
    const pauseMs = pausesMs[lane.failures];
    if (pauseMs === undefined) {
      this.#log.error(`event ${event.topic} is lost: ${reason}`, aboutOf(event));
      return this.#lanes.shift(lane);
    }
    lane.failures += 1;
    this.#lanes.pause(lane);
    const timer = setTimeout(() => this.#resume(lane), pauseMs);
    this.#timers.set(lane, timer);
  }

  #resume(lane: Lane): void {
    this.#timers.delete(lane);
    if (lane.state !== "paused" || lane.events.length === 0) return;
    this.#lanes.resume(lane);
    this.#sendReady();
  }

  #pauseAll(lane: Lane, { reason }: SendFailure): void {
    this.#lanes.resume(lane);
    if (this.#away !== undefined) return;
    const pauseMs = awayPausesMs[Math.min(this.#failures, awayPausesMs.length - 1)];
    if (this.#failures === awayPausesMs.length)
      this.#log.warning(`events wait for containerd, which cannot be reached: ${reason}`);
    this.#failures += 1;
    this.#away = setTimeout(() => {
      this.#away = undefined;
      this.#sendReady();
    }, pauseMs);
  }

  #answered(): void {
    this.#answers += 1;
    this.#failures = 0;
    clearTimeout(this.#away);
    this.#away = undefined;
    if (this.#dropped === 0) return;
    this.#log.error(`containerd takes events again: ${this.#dropped} are lost`);
    this.#dropped = 0;
  }

  #hurry(): void {
    for (const timer of [...this.#timers.values(), this.#away]) clearTimeout(timer);
    this.#timers.clear();
    this.#away = undefined;
    this.#failures = Math.min(this.#failures, 1);
    this.#lanes.resumeAll();
    this.#sendReady();
  }

  #drop({ event }: QueuedEvent): void {
    if (this.#dropped++ % dropsPerLine !== 0) return;
    const why = `${this.#limits.queued} events wait for containerd`;
    this.#log.error(`event ${event.topic} is lost, ${this.#dropped} so far: ${why}`, aboutOf(event));
  }

  #logLeft(timeoutMs: number): void {
    const left = [...this.#lanes];
    const named = left.slice(0, namedAtEnd).map(({ event }) => `${event.topic} of ${event.containerId}`);
    const more = left.length > named.length ? `, and ${left.length - named.length} more` : "";
    this.#log.error(
      `${left.length} events are lost: containerd has not taken them in ${timeoutMs} ms: ${named.join(", ")}${more}`,
    );
  }
}

function refusal(error: unknown): SendFailure {
  return { kind: "refused", reason: String(error) };
}

function aboutOf({ containerId }: TaskEvent): { readonly container: string } {
  return { container: containerId };
}
