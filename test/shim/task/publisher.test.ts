import { afterEach, expect, jest, test } from "bun:test";
import { Publisher } from "../../../shim/task/publisher.ts";
import { shimLog } from "../../../shim/task/shim-log.ts";
import type { TaskEvent } from "../../../shim/task/task-events.ts";

afterEach(() => jest.useRealTimers());

/** containerd, as a test has it: it answers when the test says so. */
class FakeContainerd {
  readonly came: string[] = [];
  readonly logged: string[] = [];
  fails = 0;
  readonly publisher = new Publisher(
    async (event) => {
      this.came.push("containerId" in event ? event.containerId : "");
      if (this.fails > 0) {
        this.fails -= 1;
        throw new Error("containerd is away");
      }
    },
    shimLog((line) => this.logged.push(line), { fields: {}, level: "info" }),
  );
}

const started = (containerId: string): TaskEvent => ({ topic: "/tasks/start", containerId, pid: 1 });

/** Lets all that can go on without time go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

async function pass(milliseconds: number): Promise<void> {
  jest.advanceTimersByTime(milliseconds);
  await settle();
}

test("events come in order, each once, with the time at which they happened", async () => {
  const times: Date[] = [];
  const came: string[] = [];
  const log = shimLog(() => undefined, { fields: {}, level: "error" });
  const publisher = new Publisher(async (event, at) => {
    await Promise.resolve();
    came.push(event.topic);
    times.push(at);
  }, log);
  const before = Date.now();
  publisher.publish(started("a"));
  publisher.publish({ topic: "/tasks/oom", containerId: "a" });
  publisher.publish({ topic: "/tasks/paused", containerId: "a" });
  await publisher.drained(1000);
  expect(came).toEqual(["/tasks/start", "/tasks/oom", "/tasks/paused"]);
  expect(times.every((at) => at.getTime() >= before && at.getTime() <= Date.now())).toBe(true);
});

test("an event is sent again until it is taken, and none overtakes it", async () => {
  jest.useFakeTimers();
  const containerd = new FakeContainerd();
  containerd.fails = 3;
  for (const name of ["a", "b"]) containerd.publisher.publish(started(name));
  await settle();
  expect(containerd.came).toEqual(["a"]);
  for (const pause of [100, 500, 1000]) await pass(pause);
  expect(containerd.came).toEqual(["a", "a", "a", "a", "b"]);
  expect(containerd.logged).toEqual([]);
});

test("an event that nobody takes is given up in the end, with a word in the log, and the next one is tried", async () => {
  jest.useFakeTimers();
  const containerd = new FakeContainerd();
  containerd.fails = 9;
  for (const name of ["a", "b"]) containerd.publisher.publish(started(name));
  await settle();
  for (const pause of [100, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000]) await pass(pause);
  expect(containerd.came).toEqual([...Array.from({ length: 9 }, () => "a"), "b"]);
  expect(containerd.logged).toEqual([
    expect.stringContaining("event /tasks/start is lost: Error: containerd is away"),
  ]);
});

test("no more events wait than there is room for: the oldest go, and are told", async () => {
  jest.useFakeTimers();
  const containerd = new FakeContainerd();
  containerd.fails = 1;
  for (let count = 0; count < 4100; count++) containerd.publisher.publish(started(`${count}`));
  await settle();
  expect(containerd.logged.length).toBe(4);
  await pass(100);
  for (let turn = 0; turn < 400; turn++) await settle();
  // The first was on its way when it lost its place.
  expect(containerd.came.slice(0, 4)).toEqual(["0", "0", "4", "5"]);
  expect(containerd.came.at(-1)).toBe("4099");
  expect(containerd.came.length).toBe(4098);
});

test("drained() waits for what is under way, and not longer than it is told to", async () => {
  jest.useFakeTimers();
  const containerd = new FakeContainerd();
  await containerd.publisher.drained(1000);
  containerd.fails = 1;
  containerd.publisher.publish(started("a"));
  let isDrained = false;
  void containerd.publisher.drained(5000).then(() => (isDrained = true));
  await settle();
  expect(isDrained).toBe(false);
  await pass(100);
  expect(isDrained).toBe(true);
  containerd.fails = 100;
  containerd.publisher.publish(started("b"));
  let isLate = false;
  void containerd.publisher.drained(300).then(() => (isLate = true));
  await pass(299);
  expect(isLate).toBe(false);
  await pass(1);
  expect(isLate).toBe(true);
});
