import { mkdirSync, watch, type FSWatcher } from "node:fs";
import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { makeSpool, now } from "../events/spool.ts";
import { encodeTold } from "../transport/monitor/encode-told.ts";
import type { Event } from "./envelope.ts";
import { Feed } from "./feed.ts";
import { History } from "./history.ts";
import { type Change, Ledger } from "./ledger.ts";
import { LifeWatch } from "./life-watch.ts";
import type { Life } from "./life.ts";
import { LostDeletions } from "./lost-deletions.ts";
import type { MonitorLog } from "./monitor-log.ts";
import type { SeenContainer } from "./seen-container.ts";
import { seenOf } from "./seen-of.ts";
import { OnDemand } from "./on-demand.ts";
import { takeSpool } from "./spool-lock.ts";
import { type Position, type ReadRecord, SpoolReader } from "./spool-reader.ts";
import { type SweepOptions, SpoolSweep } from "./sweep-spool.ts";

/** Whoever wants to know what has been found out, and how the containers in it were before. */
export type Observer = (change: Change, before: ReadonlyMap<string, Life | undefined>) => void;

/** What a monitor works with. */
export interface MonitorOptions {
  readonly spool: HostPath;
  readonly log: MonitorLog;
  readonly observers?: readonly Observer[];
  /** Called with how many records were dropped. */
  readonly dropped?: (count: number) => void;
  /** How what killed launchers leave is removed. */
  readonly sweep?: SweepOptions;
}

/** The spool and the processes are looked at this often, in milliseconds, should the kernel's word of them be lost. */
const lookMs = 1000;

/**
 * Follows the containers of this machine: reads what verbs have written down, watches processes, and has in `feed` every
 * event of every life, once and in order, on disk before it is told.
 */
export class Monitor {
  readonly feed: Feed = new Feed();
  readonly #options: MonitorOptions;
  readonly #ledger = new Ledger();
  readonly #history: History;
  readonly #lock: number;
  readonly #watch: LifeWatch;
  readonly #reader: SpoolReader;
  readonly #sweep: SpoolSweep;
  readonly #lost: LostDeletions;
  #position: Position = { generation: 0, offset: 0 };
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isTurn = false;
  readonly #reading = new OnDemand(() => this.#readAll());
  #closed = false;

  /** Takes the spool for itself; an error where another monitor has it. */
  constructor(options: MonitorOptions) {
    this.#options = options;
    const { spool } = options;
    mkdirSync(spool.slice(0, spool.lastIndexOf("/")), { recursive: true, mode: 0o755 });
    if (!makeSpool(spool))
      throw new WrunError(
        "permission",
        `${spool} cannot be made, or is not ours alone: take it away, or name another address by --listen`,
      );
    this.#lock = takeSpool(spool);
    this.#history = new History(spool);
    for (const { position, lives, envelopes, whole } of this.#history.load()) {
      this.#position = position;
      const gone = whole === undefined ? [] : [...this.#ledger.lives.keys()];
      this.#ledger.apply({ lives: new Map(gone.map((key) => [key, undefined])) });
      this.#ledger.apply({ lives });
      this.feed.tell(envelopes);
    }
    this.#reader = new SpoolReader(spool, this.#position);
    this.#sweep = new SpoolSweep(spool, options.sweep);
    this.#lost = new LostDeletions(options.sweep);
    this.#watch = new LifeWatch(this.#ledger, (change) => this.#commit(change), options.log);
  }

  /** Begins: what has waited in the spool is told first. Resolves once it has been. */
  async start(): Promise<void> {
    this.#watcher = watch(this.#options.spool, () => this.#reading.ask());
    this.#timer = setInterval(() => {
      this.#watch.look();
      this.#isTurn = true;
      this.#reading.ask();
    }, lookMs);
    this.#reading.ask();
    await this.#reading.done();
  }

  /** Takes in an event of somebody else's. */
  publish(event: Event): void {
    this.#write({ told: [], lives: new Map() }, [event]);
  }

  list(): readonly SeenContainer[] {
    return [...this.#ledger.lives.values()].map((life) => seenOf(life, this.#watch.memory(life.key)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watcher?.close();
    clearInterval(this.#timer);
    await this.#reading.close();
    this.#watch[Symbol.dispose]();
    this.#history.close();
    native.close(this.#lock);
  }

  async #readAll(): Promise<void> {
    try {
      await this.#readSome();
    } catch (error) {
      this.#options.log.error("cannot read the spool", { error: String(error) });
    }
  }

  async #readSome(): Promise<void> {
    const rotated = (position: Position): void => {
      this.#position = position;
      this.#history.append({ position, lives: new Map(), envelopes: [] }, this.#ledger.lives);
    };
    for (let records = this.#reader.read(rotated); records.length > 0; records = this.#reader.read(rotated))
      for (const record of records) await this.#take(record);
    this.#countDrops();
    // Containers that nobody has told the end of, and whose process is gone.
    for (const life of this.#ledger.lives.values()) this.#watch.follow(life, false);
    if (this.#isTurn) await this.#sweepUp();
  }

  // Only what the spool holds no record of any more is to be seen as left behind.
  async #sweepUp(): Promise<void> {
    this.#isTurn = false;
    const { lives } = this.#ledger;
    const { generation } = this.#reader.position;
    const count = this.#sweep.turn({ lives, generation });
    if (count > 0)
      this.#options.log.info("removed files that killed processes had left in the spool", { count });
    for (const { key } of this.#lost.find(lives.values())) {
      const at = now();
      const record = { kind: "verb", verb: "delete", began: at, at, code: 0, key } as const;
      await this.#take({ record, position: this.#position });
    }
  }

  #countDrops(): void {
    const count = this.#reader.dropped();
    if (count === 0) return;
    this.#options.log.warning("events were dropped: the spool was full, or could not be written", { count });
    this.#options.dropped?.(count);
  }

  async #take({ record, position }: ReadRecord): Promise<void> {
    if (record.kind === "verb" && (record.verb === "delete" || record.verb === "run"))
      await this.#watch.settle(record);
    if (record.kind === "event" && record.event.topic === "/tasks/exit")
      await this.#watch.tellModule(`${record.namespace}/${record.event.containerId}`, record.report);
    const change = this.#ledger.take(record);
    this.#position = position;
    this.#commit(change);
    if (record.kind === "intent" && record.verb === "run") void this.#watch.awaitRunning(record);
    for (const life of change.lives.values()) if (life !== undefined) this.#watch.follow(life, true);
  }

  #commit(change: Change): void {
    if (change.told.length > 0 || change.lives.size > 0) this.#write(change, change.told.map(encodeTold));
  }

  #write(change: Change, events: readonly Event[]): void {
    if (this.#closed) return;
    const before = new Map([...change.lives.keys()].map((key) => [key, this.#ledger.lives.get(key)]));
    const envelopes = this.feed.place(events);
    this.#ledger.apply(change);
    try {
      this.#history.append({ position: this.#position, lives: change.lives, envelopes }, this.#ledger.lives);
    } catch (error) {
      this.#options.log.error("cannot write the history: a monitor that is started anew may tell twice", {
        error: String(error),
      });
    }
    this.feed.tell(envelopes);
    for (const [key, life] of change.lives)
      if (before.get(key) !== undefined && before.get(key)?.pid !== life?.pid) this.#watch.forget(key);
    for (const observer of this.#options.observers ?? []) observer(change, before);
  }
}
