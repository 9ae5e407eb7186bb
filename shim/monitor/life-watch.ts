import type { VerbRecord } from "../events/record.ts";
import { now } from "../events/spool.ts";
import { Followed } from "./followed.ts";
import type { Change, Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";
import { moduleFacts } from "./module-facts.ts";
import type { MonitorLog } from "./monitor-log.ts";
import type { SeenEnd } from "./process-watch.ts";
import { isBeingCopied, startTimeOf, tellEnd, textOf, timeOf, tracesOf } from "./traces.ts";

/** How long after its end a container may take to leave a trace of it, or to be deleted with one, in milliseconds. */
const graceMs = 2000;
/** How long a guest may take to be loaded, and a container that is run to be made. */
const loadMs = 10_000;
const makeMs = 60_000;

/** Finds out what no verb tells: what a guest is, and how and when processes end. What it finds it commits. */
export class LifeWatch implements Disposable {
  readonly #ledger: Ledger;
  readonly #commit: (change: Change) => void;
  readonly #followed: Followed;
  /** Containers whose deletion has been read: nothing comes after it. */
  readonly #ending = new Set<string>();
  #closed = false;

  constructor(ledger: Ledger, commit: (change: Change) => void, log: MonitorLog) {
    this.#ledger = ledger;
    this.#commit = (change) => {
      if (!this.#closed) commit(change);
    };
    this.#followed = new Followed({
      oom: (key) => this.#commit(this.#ledger.oom(key, now())),
      ended: (key, seen) => this.#ended(key, seen),
      execEnded: (key, id, seen) => this.#execEnded(key, id, seen),
      failed: (error) => log.error("internal error, please report it", { error: String(error) }),
    });
  }

  /** Bytes that a container holds; 0 where it is not known. */
  memory(key: string): number {
    return this.#followed.memory(key);
  }

  /** Looks at every process, should the kernel's word of an end have been lost. */
  look(): void {
    this.#followed.look();
  }

  /** A container is no more. */
  forget(key: string): void {
    this.#followed.forget(key);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#followed[Symbol.dispose]();
  }

  /** Watches the processes of a container. `isNew`: it is as a record has just told; what ends it may be still to be read. */
  follow(life: Life, isNew: boolean): void {
    if (this.#closed) return;
    const { key, end, startedAt } = life;
    for (const [id, exec] of Object.entries(life.execs ?? {}))
      if (!this.#followed.followExec(key, id, exec))
        this.#commit(this.#ledger.execEnded(key, id, { at: now() }));
    if (end !== undefined) return;
    const runs = this.#followed.follow(
      life.told === true ? { ...life, startTime: startTimeOf(life.pid) } : life,
    );
    if (isNew && startedAt !== undefined && (runs || life.told === true)) void this.#awaitLoaded(life);
    if (!runs && !isNew && life.told !== true) void this.#gone(life);
  }

  /**
   * Before a record that ends a container is taken: what its watched process tells is better than what the verb has found
   * afterwards, and what its module was is told before its end.
   */
  async settle(record: VerbRecord): Promise<void> {
    const { key, pid = 0, began } = record;
    if (record.verb === "run" && record.container?.detach !== true && pid !== 0)
      this.#commit(this.#ledger.running(record, pid, began));
    this.#ending.add(key);
    await this.#followed.settled(key);
    this.#ending.delete(key);
    await this.tellModule(key, record.report);
  }

  /** Tells what the guest of a container is, once; `report` is the text of the engine's reports, if it is at hand. */
  async tellModule(key: string, report?: string): Promise<void> {
    const life = this.#ledger.lives.get(key);
    const guest = life?.details.guest;
    if (guest === undefined || life?.startedAt === undefined || life.module !== undefined) return;
    const facts = await moduleFacts(guest, report ?? textOf(life.details.report));
    this.#commit(this.#ledger.loaded(key, facts, now()));
  }

  /** Waits for a container that `run` is making in the foreground: the verb tells the rest when all is over. */
  async awaitRunning(record: VerbRecord): Promise<void> {
    const file = record.container?.pidFile;
    for (let waited = 0; waited < makeMs && !this.#closed; waited += 20) {
      const at = timeOf(file);
      const pid = Number(textOf(file) ?? 0);
      // A file's time is that of the last tick of the clock.
      const startTime = at !== undefined && pid > 0 ? startTimeNow(pid) : undefined;
      if (at !== undefined && at + 20_000 >= record.began && startTime !== undefined) {
        this.#commit(this.#ledger.running({ ...record, startTime }, pid, at));
        const life = this.#ledger.lives.get(record.key);
        if (life !== undefined) this.follow(life, true);
        return;
      }
      await pause(20);
    }
  }

  // Its end may be told by what it has left, or by the record of its deletion, which may be still to come.
  async #gone(gone: Life): Promise<void> {
    const { key, pid } = gone;
    if (!this.#followed.claimGone(key, pid)) return;
    await this.#startTold(gone);
    await this.#reportsCopied(gone);
    let traces = tracesOf(gone);
    for (let waited = 0; waited < graceMs && !tellEnd(traces); waited += 50) {
      await pause(50);
      traces = tracesOf(gone);
    }
    const life = this.#ledger.lives.get(key);
    if (life?.pid !== pid || life.end !== undefined || this.#closed) return;
    await this.tellModule(key, traces.report);
    this.#commit(this.#ledger.ended(key, { at: now(), ...traces }));
  }

  // A guest's end is in its reports. Where the kernel does not tell a stranger how another process ended, conmon will have
  // written it down in a moment, or the verb that deletes it has found it. The ends of containers of a shim's are the shim's to tell.
  async #ended(key: string, { at, code: ask, oom }: SeenEnd): Promise<void> {
    const life = this.#ledger.lives.get(key);
    if (life === undefined || life.told === true) return;
    await this.#startTold(life);
    await this.#reportsCopied(life);
    let traces = tracesOf(life);
    const code = tellEnd(traces) ? undefined : await ask();
    const isKnown = (): boolean => code !== undefined || tellEnd(traces);
    for (let waited = 0; waited < graceMs && !isKnown() && !this.#ending.has(key); waited += 20) {
      await pause(20);
      traces = tracesOf(life);
    }
    // The record of its deletion brings what it has left.
    if (!isKnown() && this.#ending.has(key)) return;
    await this.tellModule(key, traces.report);
    this.#commit(this.#ledger.ended(key, { ...traces, at, oom, ...(code === undefined ? {} : { code }) }));
  }

  async #execEnded(key: string, id: string, { at, code: ask, oom }: SeenEnd): Promise<void> {
    const code = await ask();
    this.#commit(this.#ledger.execEnded(key, id, { at, oom, ...(code === undefined ? {} : { code }) }));
  }

  // A short program has ended before the verb that has started it has told so.
  async #startTold({ key, pid }: Life): Promise<void> {
    for (let waited = 0; waited < graceMs && !this.#ending.has(key) && !this.#closed; waited += 5) {
      const life = this.#ledger.lives.get(key);
      if (life?.pid !== pid || life.startedAt !== undefined) return;
      await pause(5);
    }
  }

  // The engine's last report may still be on its way to the file when its process has exited.
  async #reportsCopied({ details }: Life): Promise<void> {
    for (let waited = 0; waited < graceMs && isBeingCopied(details.report); waited += 5) await pause(5);
  }

  async #awaitLoaded({ key, pid, details }: Life): Promise<void> {
    for (let waitMs = 10; waitMs < loadMs && !this.#closed; waitMs *= 2) {
      if (textOf(details.report)?.includes('"described"') === true) break;
      await pause(waitMs);
    }
    if (this.#ledger.lives.get(key)?.pid === pid && !this.#closed) await this.tellModule(key);
  }
}

// Undefined where it cannot be looked at now, for want of a descriptor.
function startTimeNow(pid: number): string | undefined {
  try {
    return startTimeOf(pid);
  } catch {
    return undefined;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
