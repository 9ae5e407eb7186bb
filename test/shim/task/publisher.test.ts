import { afterEach, describe, expect, jest, test } from "bun:test";
import { Publisher, type SendFailure } from "../../../shim/task/publisher.ts";
import { shimLog } from "../../../shim/task/shim-log.ts";
import type { TaskEvent } from "../../../shim/task/task-events.ts";

afterEach(() => jest.useRealTimers());

const taken = undefined;
const unreachable: SendFailure = { kind: "unreachable", reason: "cannot connect" };
const refused: SendFailure = { kind: "refused", reason: "no such topic" };
const unanswered: SendFailure = { kind: "unanswered", reason: "no answer in time" };

const started = (containerId: string, pid = 1): TaskEvent => ({ topic: "/tasks/start", containerId, pid });

type Result = SendFailure | undefined;

/** `a1` for a start of container a with the pid 1. */
function nameOf(event: TaskEvent): string {
  return `${event.containerId}${"pid" in event ? event.pid : ""}`;
}

/** containerd, as a test has it: it answers what `answer` says, or once the test settles the call. */
class FakeContainerd {
  readonly sent: string[] = [];
  readonly taken: string[] = [];
  readonly logged: string[] = [];
  answer: (name: string) => Result | Promise<Result> = () => taken;
  readonly publisher: Publisher;

  constructor(limits?: { readonly queued: number; readonly sending: number }) {
    const log = shimLog((line) => this.logged.push(line), { fields: {}, level: "info" });
    this.publisher = new Publisher(async (event) => this.#take(nameOf(event)), log, limits);
  }

  async #take(name: string): Promise<Result> {
    this.sent.push(name);
    const result = await this.answer(name);
    if (result === taken) this.taken.push(name);
    return result;
  }
}

/** Lets all that can go on without time go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
}

async function pass(milliseconds: number): Promise<void> {
  jest.advanceTimersByTime(milliseconds);
  await settle();
}

/** Whether a promise has resolved by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await settle();
  return settled;
}

describe("a container's events", () => {
  test("come in order, each once, with the time at which they happened", async () => {
    const times: Date[] = [];
    const came: string[] = [];
    const log = shimLog(() => undefined, { fields: {}, level: "error" });
    const publisher = new Publisher(async (event, at) => {
      await Promise.resolve();
      came.push(event.topic);
      times.push(at);
      return taken;
    }, log);
    const before = Date.now();
    publisher.publish(started("a"));
    publisher.publish({ topic: "/tasks/oom", containerId: "a" });
    publisher.publish({ topic: "/tasks/paused", containerId: "a" });
    await publisher.drained(60_000);
    expect(came).toEqual(["/tasks/start", "/tasks/oom", "/tasks/paused"]);
    expect(times.every((at) => at.getTime() >= before && at.getTime() <= Date.now())).toBe(true);
  });

  for (const [name, gap] of [
    ["a publish", (publisher: Publisher) => publisher.publish(started("a", 2))],
    ["another container's publish", (publisher: Publisher) => publisher.publish(started("b", 2))],
  ] as const) {
    test(`are sent whenever ${name} comes, 0 to 40 microtasks after the one before`, async () => {
      for (let answerAfter = 0; answerAfter <= 20; answerAfter++)
        for (let offset = 0; offset <= 40; offset++) {
          const containerd = new FakeContainerd();
          containerd.answer = async () => {
            for (let left = answerAfter; left > 0; left--) await Promise.resolve();
            return taken;
          };
          containerd.publisher.publish(started("a", 1));
          for (let left = offset; left > 0; left--) await Promise.resolve();
          gap(containerd.publisher);
          await settle();
          expect([answerAfter, offset, containerd.taken.length]).toEqual([answerAfter, offset, 2]);
        }
    });
  }

  test("wait for the one before, however long that takes, while those of others go on", async () => {
    const stuck = Promise.withResolvers<Result>();
    const containerd = new FakeContainerd();
    containerd.answer = (name) => (name === "a1" ? stuck.promise : taken);
    for (const pid of [1, 2])
      for (const id of ["a", "b", "c"]) containerd.publisher.publish(started(id, pid));
    await settle();
    expect(containerd.taken).toEqual(["b1", "c1", "b2", "c2"]);
    expect(containerd.sent).not.toContain("a2");
    stuck.resolve(taken);
    await settle();
    expect(containerd.taken).toEqual(["b1", "c1", "b2", "c2", "a1", "a2"]);
  });

  test("stay in order where sending fails now and then, in each way", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd({ queued: 10_000, sending: 8 });
    let turn = 0;
    const failures = [refused, unreachable, unanswered];
    containerd.answer = () => {
      turn += 1;
      return turn % 7 === 0 ? (failures[(turn / 7) % 3] ?? refused) : taken;
    };
    const ids = Array.from({ length: 20 }, (_, at) => `c${at}-`);
    for (let pid = 1; pid <= 20; pid++) {
      for (const id of ids) containerd.publisher.publish(started(id, pid));
      await settle();
    }
    for (let round = 0; round < 200 && containerd.publisher.size > 0; round++) await pass(30_000);
    for (const id of ids)
      expect(containerd.taken.filter((name) => name.startsWith(id))).toEqual(
        Array.from({ length: 20 }, (_, at) => `${id}${at + 1}`),
      );
    expect(containerd.logged).toEqual([]);
  });

  test("are at most so many under way, each of another container", async () => {
    const containerd = new FakeContainerd({ queued: 100, sending: 3 });
    const answers: (() => void)[] = [];
    let most = 0;
    let underway = 0;
    containerd.answer = async () => {
      most = Math.max(most, ++underway);
      await new Promise<void>((resolve) => answers.push(resolve));
      underway -= 1;
      return taken;
    };
    for (let pid = 1; pid <= 4; pid++)
      for (const id of ["a", "b", "c", "d", "e"]) containerd.publisher.publish(started(id, pid));
    for (await settle(); answers.length > 0; await settle()) answers.shift()?.();
    expect([most, containerd.taken.length]).toEqual([3, 20]);
  });
});

describe("an event that containerd refuses", () => {
  test("is sent again after growing pauses; it holds up its own container alone, and is given up with a line in the log", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = (name) => (name === "a1" ? refused : taken);
    for (const pid of [1, 2]) for (const id of ["a", "b"]) containerd.publisher.publish(started(id, pid));
    await settle();
    expect(containerd.taken).toEqual(["b1", "b2"]);
    for (const pause of [100, 500, 1000, 2000, 5000, 10_000, 20_000]) await pass(pause);
    expect(containerd.logged).toEqual([]);
    await pass(30_000);
    expect(containerd.sent.filter((name) => name === "a1")).toHaveLength(9);
    expect(containerd.taken).toEqual(["b1", "b2", "a2"]);
    expect(containerd.logged).toEqual([
      expect.stringMatching(/level=error msg="event \/tasks\/start is lost: no such topic" container=a\n/),
    ]);
  });

  test("is not sent again sooner because others are taken", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = (name) => (name === "a1" ? refused : taken);
    containerd.publisher.publish(started("a", 1));
    for (let pid = 0; pid < 50; pid++) {
      containerd.publisher.publish(started("b", pid));
      await settle();
    }
    expect(containerd.sent.filter((name) => name === "a1")).toHaveLength(1);
  });

  test("or that is never answered while others are, is given up, too", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    const stuck: ((result: Result) => void)[] = [];
    containerd.answer = (name) => (name === "a1" ? new Promise((resolve) => stuck.push(resolve)) : taken);
    containerd.publisher.publish(started("a", 1));
    for (let round = 0; round < 9; round++) {
      await settle();
      containerd.publisher.publish(started("b", round));
      await settle();
      stuck.shift()?.(unanswered);
      await settle();
      await pass(30_000);
    }
    expect(containerd.publisher.size).toBe(0);
    expect(containerd.logged).toEqual([expect.stringContaining("is lost: no answer in time")]);
  });
});

describe("while containerd is away", () => {
  test("every event waits, however long that is; one at a time is tried, after growing pauses", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = () => unreachable;
    for (const pid of [1, 2])
      for (const id of ["a", "b", "c"]) containerd.publisher.publish(started(id, pid));
    await settle();
    // All three were under way as it was noticed.
    expect(containerd.sent).toEqual(["a1", "b1", "c1"]);
    for (const pause of [100, 200, 500, 1000, 2000, 5000, 5000]) {
      const before = containerd.sent.length;
      await pass(pause - 1);
      expect(containerd.sent).toHaveLength(before);
      await pass(1);
      expect(containerd.sent).toHaveLength(before + 1);
    }
    for (let hour = 0; hour < 720; hour++) await pass(5000);
    expect(containerd.publisher.size).toBe(6);
    expect(containerd.logged).toEqual([
      expect.stringContaining("events wait for containerd, which cannot be reached: cannot connect"),
    ]);
    containerd.answer = () => taken;
    await pass(5000);
    expect(containerd.publisher.size).toBe(0);
    for (const id of ["a", "b", "c"])
      expect(containerd.taken.filter((name) => name.startsWith(id))).toEqual([`${id}1`, `${id}2`]);
  });

  test("a containerd that hangs counts as one that is away: no event is given up for it", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = () => unanswered;
    for (const id of ["a", "b", "c"]) containerd.publisher.publish(started(id));
    for (let round = 0; round < 100; round++) await pass(30_000);
    expect(containerd.publisher.size).toBe(3);
    containerd.answer = () => taken;
    await pass(5000);
    expect(containerd.taken.toSorted()).toEqual(["a1", "b1", "c1"]);
  });

  test("past the bound the longest lane loses its oldest events: they are counted, and logged at once and at the end", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd({ queued: 100, sending: 4 });
    containerd.answer = () => unreachable;
    containerd.publisher.publish(started("quiet", 1));
    for (let pid = 1; pid <= 2600; pid++) containerd.publisher.publish(started("busy", pid));
    await settle();
    expect(containerd.publisher.size).toBe(100);
    const lost = (count: number) =>
      expect.stringMatching(
        `msg="event /tasks/start is lost, ${count} so far: 100 events wait for containerd" container=busy\n`,
      );
    expect(containerd.logged).toEqual([1, 1001, 2001].map(lost));
    containerd.answer = () => taken;
    await pass(100);
    expect(containerd.publisher.size).toBe(0);
    const busy = containerd.taken.filter((name) => name.startsWith("busy"));
    // The first was under way when there was room for no more.
    expect([busy[0], busy.length, busy[1], busy.at(-1)]).toEqual(["busy1", 99, "busy2503", "busy2600"]);
    expect(containerd.taken).toContain("quiet1");
    expect(containerd.logged.slice(3)).toEqual([
      expect.stringContaining("containerd takes events again: 2501 are lost"),
    ]);
  });
});

describe("room()", () => {
  test("has who asks first wait while containerd takes events too slowly: none is dropped, however many come", async () => {
    const containerd = new FakeContainerd({ queued: 100, sending: 4 });
    containerd.answer = async () => {
      for (let left = 20; left > 0; left--) await Promise.resolve();
      return taken;
    };
    await containerd.publisher.room();
    const makers = Array.from({ length: 30 }, async (_, maker) => {
      for (let pid = 0; pid < 50; pid++) {
        await containerd.publisher.room();
        containerd.publisher.publish(started(`c${maker % 3}-${maker}-`, pid));
      }
    });
    await Promise.all(makers);
    await containerd.publisher.drained(60_000);
    expect([containerd.taken.length, containerd.logged]).toEqual([1500, []]);
  });

  test("lets all go on once containerd cannot be reached", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd({ queued: 10, sending: 4 });
    const answers: ((result: Result) => void)[] = [];
    containerd.answer = () => new Promise((resolve) => answers.push(resolve));
    for (let pid = 0; pid < 8; pid++) containerd.publisher.publish(started("a", pid));
    const room = containerd.publisher.room();
    expect(await isSettled(room)).toBe(false);
    answers.shift()?.(unreachable);
    expect(await isSettled(room)).toBe(true);
  });
});

describe("drained()", () => {
  test("resolves at once where nothing waits", async () => {
    await new FakeContainerd().publisher.drained(60_000);
  });

  test("resolves only when the last event is taken, 0 to 40 microtasks after the one before", async () => {
    for (let offset = 0; offset <= 40; offset++) {
      const containerd = new FakeContainerd();
      containerd.publisher.publish(started("a", 1));
      for (let left = offset; left > 0; left--) await Promise.resolve();
      containerd.publisher.publish(started("a", 2));
      await containerd.publisher.drained(60_000);
      expect([offset, containerd.taken]).toEqual([offset, ["a1", "a2"]]);
    }
  });

  test("waits for what is published while it waits, and for what has to be sent again", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = () => unreachable;
    containerd.publisher.publish(started("a", 1));
    const drained = containerd.publisher.drained(5000);
    await settle();
    containerd.publisher.publish(started("b", 1));
    containerd.answer = () => taken;
    expect(await isSettled(drained)).toBe(false);
    await pass(200);
    expect(await isSettled(drained)).toBe(true);
    expect(containerd.taken.toSorted()).toEqual(["a1", "b1"]);
    expect(containerd.logged).toEqual([]);
  });

  test("tries again at once what is in a long pause", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = (name) => (name === "a1" ? refused : taken);
    containerd.publisher.publish(started("a", 1));
    for (const pause of [0, 100, 500, 1000, 2000]) await pass(pause);
    containerd.answer = () => taken;
    expect(await isSettled(containerd.publisher.drained(3000))).toBe(true);
    containerd.answer = () => unreachable;
    containerd.publisher.publish(started("a", 2));
    for (const pause of [0, 100, 200, 500, 1000, 2000]) await pass(pause);
    containerd.answer = () => taken;
    expect(await isSettled(containerd.publisher.drained(3000))).toBe(true);
    expect(containerd.taken).toEqual(["a1", "a2"]);
  });

  test("waits no longer than it may, and logs what is left", async () => {
    jest.useFakeTimers();
    const containerd = new FakeContainerd();
    containerd.answer = () => unreachable;
    for (let at = 0; at < 12; at++) containerd.publisher.publish(started(`c${at}`));
    const drained = containerd.publisher.drained(3000);
    await pass(2999);
    expect(await isSettled(drained)).toBe(false);
    await pass(1);
    expect(await isSettled(drained)).toBe(true);
    expect(containerd.logged).toEqual([
      expect.stringMatching(
        /12 events are lost: containerd has not taken them in 3000 ms: \/tasks\/start of c0, .*c9, and 2 more/,
      ),
    ]);
  });
});
