import { mkdirSync, watch, type FSWatcher } from "node:fs";
import { WrunError } from "../../oci/error.ts";
import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { VerbRecord } from "../events/record.ts";
import { makeSpool, now } from "../events/spool.ts";
import { open } from "../host/open-flags.ts";
import { encodeTold } from "../transport/monitor/encode-told.ts";
import type { Event } from "./envelope.ts";
import { Feed } from "./feed.ts";
import { Followed } from "./followed.ts";
import { History } from "./history.ts";
import { type Change, Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";
import { moduleFacts } from "./module-facts.ts";
import type { MonitorLog } from "./monitor-log.ts";
import type { SeenEnd } from "./process-watch.ts";
import type { SeenContainer } from "./seen-container.ts";
import { type Position, type ReadRecord, SpoolReader } from "./spool-reader.ts";
import { tellEnd, textOf, timeOf, tracesOf } from "./traces.ts";

/** Whoever wants to know what has been found out, and how the containers in it were before. */
export type Observer = (change: Change, before: ReadonlyMap<string, Life | undefined>) => void;

/** What a monitor works with. */
export interface MonitorOptions {
  readonly spool: HostPath;
  readonly log: MonitorLog;
  readonly observers?: readonly Observer[];
  /** Called with how many records were dropped. */
  readonly dropped?: (count: number) => void;
}

/** The spool is looked at this often, in milliseconds, should the kernel's word of it be lost. */
const lookMs = 1000;
/** How long after its end a container may take to leave a trace of it, or to be deleted with one, in milliseconds. */
const graceMs = 2000;
const [lockExclusive, lockNoWait] = [2, 4] as const;

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
  readonly #followed: Followed;
  /** Containers whose deletion has been read: nothing comes after it. */
  readonly #ending = new Set<string>();
  #reader: SpoolReader;
  #position: Position = { generation: 0, offset: 0 };
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #closed = false;

  /** Takes the spool for itself; an error where another monitor has it. */
  constructor(options: MonitorOptions) {
    this.#options = options;
    const { spool } = options;
    mkdirSync(spool.slice(0, spool.lastIndexOf("/")), { recursive: true, mode: 0o755 });
    makeSpool(spool);
    this.#lock = takeLock(spool);
    this.#history = new History(spool);
    for (const { position, lives, envelopes } of this.#history.load()) {
      this.#position = position;
      this.#ledger.apply({ lives });
      this.feed.tell(envelopes);
    }
    this.#reader = new SpoolReader(spool, this.#position);
    this.#followed = new Followed({
      oom: (key) => this.#commit(this.#ledger.oom(key, now())),
      ended: (key, seen) => this.#ended(key, seen),
      execEnded: (key, id, seen) => this.#execEnded(key, id, seen),
    });
  }

  /** Begins: what has waited in the spool is told first. Resolves once it has been. */
  async start(): Promise<void> {
    this.#watcher = watch(this.#options.spool, () => this.#look());
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#look();
    await this.#reading;
  }

  /** Takes in an event of somebody else's. */
  publish(event: Event): void {
    this.#write({ told: [], lives: new Map() }, [event]);
  }

  list(): readonly SeenContainer[] {
    return [...this.#ledger.lives.values()].map((life) => seen(life, this.#followed.memory(life.key)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watcher?.close();
    clearInterval(this.#timer);
    await this.#reading;
    this.#followed[Symbol.dispose]();
    this.#history.close();
    native.close(this.#lock);
  }

  #look(): void {
    this.#again = true;
    this.#reading ??= this.#readAll().finally(() => (this.#reading = undefined));
  }

  async #readAll(): Promise<void> {
    const { log } = this.#options;
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#readSome();
      } catch (error) {
        log.error("cannot read the spool", { error: String(error) });
      }
    }
  }

  async #readSome(): Promise<void> {
    const rotated = (position: Position): void => {
      this.#position = position;
      this.#history.append({ position, lives: new Map(), envelopes: [] }, this.#ledger.lives);
    };
    for (let records = this.#reader.read(rotated); records.length > 0; records = this.#reader.read(rotated))
      for (const record of records) await this.#take(record);
    const count = this.#reader.dropped();
    if (count > 0) {
      this.#options.log.warning("events were dropped: the spool was full, or could not be written", {
        count,
      });
      this.#options.dropped?.(count);
    }
    // Containers that nobody has told the end of, and whose process is gone.
    for (const life of this.#ledger.lives.values()) this.#follow(life);
  }

  async #take({ record, position }: ReadRecord): Promise<void> {
    if (record.kind === "verb" && (record.verb === "delete" || record.verb === "run"))
      await this.#settle(record);
    if (record.kind === "event" && record.event.topic === "/tasks/exit")
      await this.#tellModule(`${record.namespace}/${record.event.containerId}`, undefined);
    const change = this.#ledger.take(record);
    this.#position = position;
    this.#commit(change);
    if (record.kind === "intent" && record.verb === "run") void this.#awaitRunning(record);
    for (const life of change.lives.values()) if (life !== undefined) this.#follow(life, true);
  }

  // What a watched process's end tells is better than what the verb has found afterwards; and what a module was is told
  // before its end.
  async #settle(record: VerbRecord): Promise<void> {
    const { key, pid = 0, began } = record;
    if (record.verb === "run" && record.container?.detach !== true && pid !== 0)
      this.#commit(this.#ledger.running(record, pid, began));
    this.#ending.add(key);
    await this.#followed.settled(key);
    this.#ending.delete(key);
    await this.#tellModule(key, record.report);
  }

  #follow(life: Life, isNew = false): void {
    if (this.#closed) return;
    if (life.told === true) {
      if (life.end === undefined) this.#followed.follow({ ...life, startTime: startTimeOf(life.pid) });
      if (isNew && life.startedAt !== undefined) void this.#awaitLoaded(life);
      return;
    }
    const { key, end, startedAt } = life;
    for (const [id, exec] of Object.entries(life.execs ?? {}))
      if (!this.#followed.followExec(key, id, exec))
        this.#commit(this.#ledger.execEnded(key, id, { at: now() }));
    if (end !== undefined) return;
    const runs = this.#followed.follow(life);
    if (runs && isNew && startedAt !== undefined) void this.#awaitLoaded(life);
    if (!runs && !isNew) void this.#gone(life);
  }

  // Its end may be told by what it has left, or by the record of its deletion, which may be still to come.
  async #gone(gone: Life): Promise<void> {
    const { key, pid } = gone;
    if (!this.#followed.claimGone(key, pid)) return;
    await this.#startTold(gone);
    for (let waited = 0; waited < graceMs; waited += 50) {
      const life = this.#ledger.lives.get(key);
      if (life === undefined || life.pid !== pid || life.end !== undefined || this.#closed) return;
      const traces = tracesOf(life);
      if (tellEnd(traces)) break;
      await pause(50);
    }
    const life = this.#ledger.lives.get(key);
    if (life?.pid !== pid || this.#closed) return;
    const traces = tracesOf(life);
    await this.#tellModule(key, traces.report);
    this.#commit(this.#ledger.ended(key, { at: now(), ...traces }));
  }

  // A guest's end is in its reports. Where the kernel does not tell a stranger how another process ended, conmon will have
  // written it down in a moment.
  async #ended(key: string, { at, code: ask, oom }: SeenEnd): Promise<void> {
    const life = this.#ledger.lives.get(key);
    if (life === undefined || life.told === true) return;
    await this.#startTold(life);
    let traces = tracesOf(life);
    const code = tellEnd(traces) ? undefined : await ask();
    const patience = code === undefined && life.details.exitFile !== undefined ? graceMs / 2 : 0;
    for (let waited = 0; waited < patience && !tellEnd(traces); waited += 20) {
      await pause(20);
      traces = tracesOf(life);
    }
    await this.#tellModule(key, traces.report);
    this.#commit(this.#ledger.ended(key, { ...traces, at, oom, ...(code === undefined ? {} : { code }) }));
  }

  // A short program has ended before the verb that has started it has told so.
  async #startTold({ key, pid }: Life): Promise<void> {
    for (let waited = 0; waited < graceMs && !this.#ending.has(key) && !this.#closed; waited += 5) {
      const life = this.#ledger.lives.get(key);
      if (life?.pid !== pid || life.startedAt !== undefined) return;
      await pause(5);
    }
  }

  async #execEnded(key: string, id: string, { at, code: ask, oom }: SeenEnd): Promise<void> {
    const code = await ask();
    this.#commit(this.#ledger.execEnded(key, id, { at, oom, ...(code === undefined ? {} : { code }) }));
  }

  async #tellModule(key: string, report: string | undefined): Promise<void> {
    const life = this.#ledger.lives.get(key);
    const guest = life?.details.guest;
    if (guest === undefined || life?.startedAt === undefined || life.module !== undefined) return;
    const facts = await moduleFacts(guest, report ?? textOf(life.details.report));
    this.#commit(this.#ledger.loaded(key, facts, now()));
  }

  async #awaitLoaded({ key, pid, details }: Life): Promise<void> {
    for (let waitMs = 10; waitMs < 10_000 && !this.#closed; waitMs *= 2) {
      if (textOf(details.report)?.includes('"loaded"') === true) break;
      await pause(waitMs);
    }
    if (this.#ledger.lives.get(key)?.pid === pid && !this.#closed) await this.#tellModule(key, undefined);
  }

  // `run` tells the rest when all is over.
  async #awaitRunning(record: VerbRecord): Promise<void> {
    const file = record.container?.pidFile;
    for (let waited = 0; waited < 60_000 && !this.#closed; waited += 20) {
      const at = timeOf(file);
      const pid = Number(textOf(file) ?? 0);
      if (at !== undefined && at + 20_000 >= record.began && pid > 0) {
        const startTime = startTimeOf(pid);
        this.#commit(this.#ledger.running({ ...record, startTime }, pid, at));
        const life = this.#ledger.lives.get(record.key);
        if (life !== undefined) this.#follow(life, true);
        return;
      }
      await pause(20);
    }
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
      if (before.get(key) !== undefined && before.get(key)?.pid !== life?.pid) this.#followed.forget(key);
    for (const observer of this.#options.observers ?? []) observer(change, before);
  }
}

function seen(life: Life, memory: number): SeenContainer {
  const { details, pid, status, createdAt, startedAt, end } = life;
  return {
    id: details.id,
    namespace: details.namespace,
    name: details.name ?? "",
    pod: details.pod ?? "",
    status,
    pid,
    wasm: details.guest !== undefined,
    createdAt: BigInt(createdAt) * 1000n,
    memory,
    ...(startedAt === undefined ? {} : { startedAt: BigInt(startedAt) * 1000n }),
    ...(end === undefined
      ? {}
      : {
          exitedAt: BigInt(end.at) * 1000n,
          exitStatus: end.exitStatus,
          reason: end.reason,
          detail: end.detail,
        }),
  };
}

function takeLock(spool: HostPath): number {
  const path = `${spool}/lock`;
  const fd = native.openat(atFdcwd, path, open.readWrite | open.create | open.noFollow, 0o600);
  if (fd >= 0 && native.flock(fd, lockExclusive | lockNoWait) >= 0) return fd;
  if (fd >= 0) native.close(fd);
  throw new WrunError(
    "exists",
    `another monitor reads ${spool}: end it, or name another address by --listen`,
  );
}

function startTimeOf(pid: number): string {
  const stat = textOf(`/proc/${pid}/stat`) ?? "";
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
