import { containerd } from "../../proto/gen/events.js";
import { median, percentile } from "../measure.ts";
import { figure, openTable } from "../table.ts";
import { anonymous, inParallel, parallel, shimSubjects } from "./shim-subjects.ts";
import { type Envelope, type ShimSubject, StressedShim } from "./stressed-shim.ts";
import type { TakenEvent } from "./taker.ts";

const { TaskExecAdded, TaskStart } = containerd.events;

/** create, start, exit and delete. */
const eventsOfTask = 4;
const busyLoops = 4;
/** A bench that waits longer than this for an event has lost it. */
const lostMs = 60_000;

/**
 * How long after its timestamp containerd has an event, and how long after a process's end it has that of the end: of every
 * shim, idle and with busy loops beside. runc's shim gives an event its timestamp when it sends it, wrun's when it happens: so
 * the ends alone can be compared. About two minutes.
 */
export async function benchEventLatency(folder: string, count: number): Promise<void> {
  const title = `Events of ${count} tasks, ${parallel} at a time: from their timestamp, and from the end itself, until they are taken`;
  const head = ["", "median", "99%", "longest", "end: median", "99%", "longest", "tasks"];
  const print = openTable(title, head, [48, 9, 9, 9, 11, 9, 9, 9]);
  for (const loops of [0, busyLoops])
    for (const subject of shimSubjects(folder, "hello")) {
      using _ = busy(loops);
      const { late, rate } = await latency(subject, folder, count);
      const name = `${subject.name}, ${loops === 0 ? "idle" : `${loops} busy loops beside`}`;
      const ends = late.flatMap(({ sinceExitMs }) => sinceExitMs ?? []);
      const all = late.map(({ sinceTimestampMs }) => sinceTimestampMs);
      print([name, ...figures(all), ...figures(ends), figure(rate, "/s")]);
    }
  console.log("wrun's times are cut to milliseconds: its figures are 0.5 ms too large on average");
}

function figures(times: readonly number[]): string[] {
  return [median(times), percentile(times, 0.99), Math.max(...times)].map((ms) => figure(ms, "ms"));
}

async function latency(
  subject: ShimSubject,
  folder: string,
  count: number,
): Promise<{ readonly late: readonly TakenEvent[]; readonly rate: number }> {
  const late: TakenEvent[] = [];
  const all = Promise.withResolvers<void>();
  await using shim = await StressedShim.openBesideTaker(subject, `${folder}/events`, (event) => {
    if (!event.containerId.startsWith("task-")) return;
    late.push(event);
    if (late.length === count * eventsOfTask) all.resolve();
  });
  const ids = Array.from({ length: count }, (_, i) => `task-${i}`);
  for (const id of ids) shim.bundle(id);
  await shim.forgetFirst();
  const begin = performance.now();
  await inParallel(ids, (id) => shim.live(id));
  const rate = (count * 1000) / (performance.now() - begin);
  await within(
    all.promise,
    () => `${subject.name}: ${late.length} of ${count * eventsOfTask} events have come`,
  );
  return { late, rate };
}

/** Containers in which processes are named. */
const held = 32;
const namedAtOnce = 8;
/** So often the figures are printed. */
const parts = 5;

/**
 * So many events through one shim: of tasks that live and end, and of processes that are named in containers and never started,
 * which needs no low-level runtime. Each must come once and in its container's order. One to three minutes for 100,000.
 */
export async function benchManyEvents(folder: string, count: number): Promise<void> {
  const subject = shimSubjects(folder, "sleep").find(({ name }) => name.includes("crun, native"));
  if (subject === undefined) return;
  const print = openTable(
    `${count} events through one shim, ${parallel} tasks at a time beside ${held} containers with execs`,
    ["events sent", "taken", "out of order", "seconds", "private memory"],
    [14, 10, 12, 10, 14],
  );
  const taken = new Taken();
  await using shim = StressedShim.open(subject, `${folder}/many`, (envelope) => taken.add(envelope));
  const pid = await shim.pid;
  await shim.forgetFirst();
  const many = new ManyEvents(shim);
  const begin = performance.now();
  const printRow = async (): Promise<void> => {
    await within(
      taken.reached(many.sent),
      () => `${many.sent - taken.count} of ${many.sent} events are lost`,
    );
    const seconds = (performance.now() - begin) / 1000;
    print([
      `${many.sent}`,
      `${taken.count}`,
      `${taken.outOfOrder}`,
      seconds.toFixed(1),
      figure(anonymous(pid), "MiB"),
    ]);
  };
  await many.hold();
  for (let part = 1; part <= parts; part++) {
    await many.send(Math.floor((count * part) / parts), `${part}`);
    await printRow();
  }
  await many.release();
  await printRow();
  console.log(
    "target: none lost, none twice, none out of order; the memory as flat as its collections let it be",
  );
}

/** Has a shim send events, and counts them. */
class ManyEvents {
  sent = 0;
  readonly #shim: StressedShim;
  readonly #held = Array.from({ length: held }, (_, at) => `held-${at}`);

  constructor(shim: StressedShim) {
    this.#shim = shim;
  }

  /** Starts the containers in which processes are named. */
  async hold(): Promise<void> {
    for (const id of this.#held) {
      this.#shim.bundle(id);
      await this.#shim.create(id);
      await this.#shim.task.start({ id });
      this.sent += eventsOfTask / 2;
    }
  }

  /** Ends them. */
  async release(): Promise<void> {
    for (const id of this.#held) {
      await end(this.#shim, id);
      this.sent += eventsOfTask / 2;
    }
  }

  /** Goes on until `until` events are sent. `part` makes names of their own. */
  async send(until: number, part: string): Promise<void> {
    const over = new AbortController();
    const names = Array.from({ length: parallel }, (_, at) => `task-${part}-${at}`);
    const living = Promise.all(names.map((each) => this.#live(each, over.signal)));
    await Promise.all(this.#held.map((id) => this.#name(id, until, part)));
    over.abort();
    await living;
  }

  async #live(prefix: string, over: AbortSignal): Promise<void> {
    for (let at = 0; !over.aborted; at++) {
      await live(this.#shim, `${prefix}-${at}`);
      this.sent += eventsOfTask;
    }
  }

  async #name(id: string, until: number, part: string): Promise<void> {
    for (let at = 0; this.sent < until; at += namedAtOnce) {
      this.sent += namedAtOnce;
      const execIds = Array.from({ length: namedAtOnce }, (_, more) => `${part}-${at + more}`);
      await Promise.all(execIds.map((execId) => name(this.#shim, id, execId)));
    }
  }
}

async function live(shim: StressedShim, id: string): Promise<void> {
  shim.bundle(id);
  await shim.create(id);
  await shim.task.start({ id });
  await end(shim, id);
  shim.removeBundle(id);
}

async function end(shim: StressedShim, id: string): Promise<void> {
  await shim.task.kill({ id, signal: 9 });
  await shim.task.wait({ id });
  await shim.task.delete({ id });
}

// /tasks/exec-added, and nothing else.
async function name(shim: StressedShim, id: string, execId: string): Promise<void> {
  const value = new TextEncoder().encode(JSON.stringify({ args: ["/app"], cwd: "/" }));
  await shim.task.exec({ id, execId, spec: { type_url: "", value } });
  await shim.task.delete({ id, execId });
}

/** What has come of many events: each once, and each container's in order. */
class Taken {
  count = 0;
  outOfOrder = 0;
  readonly #last = new Map<string, string>();
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  add({ topic, event }: Envelope): void {
    if (containerOf(event) === "first") return;
    this.count += 1;
    const { id, place } = placeOf(topic ?? "", event);
    const last = this.#last.get(id) ?? "";
    if (place <= last) this.outOfOrder += 1;
    if (topic === "/tasks/delete") this.#last.delete(id);
    else this.#last.set(id, place);
    if (this.#waiting !== undefined && this.count >= this.#waiting.count) this.#waiting.resolve();
  }

  /** Resolves once so many have come. */
  reached(count: number): Promise<void> {
    if (this.count >= count) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { count, resolve };
    return promise;
  }
}

const topics = ["/tasks/create", "/tasks/start", "/tasks/exec-added", "/tasks/exit", "/tasks/delete"];

// Every one of a container's events is greater than the one before. An exec is named PART-NUMBER.
function placeOf(topic: string, event: Envelope["event"]): { readonly id: string; readonly place: string } {
  const [id, order] = [containerOf(event), topics.indexOf(topic)];
  if (topic !== "/tasks/exec-added") return { id, place: `${order}` };
  const [part = "", number = ""] = TaskExecAdded.decode(event?.value ?? new Uint8Array()).execId.split("-");
  return { id, place: `${order} ${part} ${number.padStart(9, "0")}` };
}

// The first field of every task event is the container's id.
function containerOf(event: Envelope["event"]): string {
  return TaskStart.decode(event?.value ?? new Uint8Array()).containerId;
}

async function within(promise: Promise<void>, problem: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(problem())), lostMs);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}

function busy(count: number): Disposable {
  const loops = Array.from({ length: count }, () => Bun.spawn(["sh", "-c", "while :; do :; done"]));
  return { [Symbol.dispose]: () => loops.forEach((loop) => loop.kill(9)) };
}
