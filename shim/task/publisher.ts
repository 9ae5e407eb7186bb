import type { ShimLog } from "./shim-log.ts";
import type { TaskEvent } from "./task-events.ts";

/** Brings one event to containerd; rejects where that fails. */
export type SendEvent = (event: TaskEvent, at: Date) => Promise<void>;

interface Queued {
  readonly event: TaskEvent;
  readonly at: Date;
}

/** As many wait while containerd is away; the oldest go first. */
const most = 4096;
/** Pauses between tries, in milliseconds; after the last the event is given up. */
const pauses = [100, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000] as const;

/** Tells containerd what happens, in order, again and again while it is away. */
export class Publisher {
  readonly #send: SendEvent;
  readonly #log: ShimLog;
  readonly #queue: Queued[] = [];
  #sending: Promise<void> | undefined;

  constructor(send: SendEvent, log: ShimLog) {
    this.#send = send;
    this.#log = log;
  }

  publish(event: TaskEvent): void {
    if (this.#queue.length >= most) this.#give(this.#queue.shift(), `${most} events wait`);
    this.#queue.push({ event, at: new Date() });
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /** Resolves when all has been told, or after `patience` milliseconds. */
  async drained(patience: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)));
    await Promise.race([this.#sending, late]);
    clearTimeout(timer);
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      await this.#try(next);
      if (this.#queue[0] === next) this.#queue.shift();
    }
  }

  async #try(queued: Queued): Promise<void> {
    let problem: unknown;
    for (const pause of [0, ...pauses]) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        return await this.#send(queued.event, queued.at);
      } catch (error) {
        problem = error;
      }
    }
    this.#give(queued, String(problem));
  }

  #give(queued: Queued | undefined, why: string): void {
    if (queued !== undefined) this.#log.error(`event ${queued.event.topic} is lost: ${why}`);
  }
}
