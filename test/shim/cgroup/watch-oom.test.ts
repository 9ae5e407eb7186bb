import { readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { KillCount } from "../../../shim/cgroup/kill-count.ts";
import { KillWatch } from "../../../shim/cgroup/kill-watch.ts";
import { watchOom } from "../../../shim/cgroup/watch-oom.ts";
import { until } from "../../until.ts";
import { seen } from "../host/seen.ts";
import { hasV1Memory, hasV2, hasV2Memory, RealCgroup } from "./real-cgroup.ts";

const limit = 16 * 2 ** 20;
const killed = [2, 9] as const;
const devour = "exec tail /dev/zero";

const trees = [
  { tree: "v1", make: () => RealCgroup.v1(), has: hasV1Memory },
  { tree: "v2", make: () => RealCgroup.v2(), has: hasV2Memory },
];

for (const { tree, make, has } of trees) {
  test.skipIf(!has)(`watchOom() tells of a real OOM kill of cgroup ${tree}, once`, async () => {
    using real = make();
    real.limitMemory(limit);
    const told = new Told();
    using watch = watchOom(real.cgroup, told.tell);
    const pid = real.start(`${devour} & wait; exec sleep 1000`);
    await told.times(1);
    native.kill(pid, 9);
    expect(native.waitpid(pid, 0)).toEqual(killed);
    await seen();
    watch.check();
    expect(told.count).toBe(1);
  });

  test.skipIf(!has)(
    `check() tells of a kill of cgroup ${tree} before any word of the kernel's is heard`,
    () => {
      using real = make();
      real.limitMemory(limit);
      const told = new Told();
      using watch = watchOom(real.cgroup, told.tell);
      expect(native.waitpid(real.start(devour), 0)).toEqual(killed);
      expect(told.count).toBe(0);
      watch.check();
      watch.check();
      expect(told.count).toBe(1);
    },
  );
}

test.skipIf(!hasV1Memory)(
  "watchOom() tells of a kill in its own cgroup alone, not of one beside it under the same limit",
  async () => {
    using pod = RealCgroup.v1();
    using hungry = pod.child("hungry");
    using modest = pod.child("modest");
    pod.limitMemory(limit);
    const [toldHungry, toldModest] = [new Told(), new Told()];
    using _hungry = watchOom(hungry.cgroup, toldHungry.tell);
    using watch = watchOom(modest.cgroup, toldModest.tell);
    expect(native.waitpid(hungry.start(devour), 0)).toEqual(killed);
    await toldHungry.times(1);
    await seen();
    watch.check();
    expect(toldModest.count).toBe(0);
  },
);

test.skipIf(!hasV1Memory)(
  "watchOom() tells nothing of other signals, of kills before it, nor after it is disposed of",
  async () => {
    using real = RealCgroup.v1();
    real.limitMemory(limit);
    native.waitpid(real.start(devour), 0);
    const told = new Told();
    const watch = watchOom(real.cgroup, told.tell);
    native.waitpid(real.start("kill -KILL $$"), 0);
    watch.check();
    watch[Symbol.dispose]();
    native.waitpid(real.start(devour), 0);
    watch.check();
    await seen();
    expect(told.count).toBe(0);
  },
);

test.skipIf(!hasV1Memory)("A watch ends with its cgroup, and leaves no descriptor behind", async () => {
  const told = new Told();
  await seen();
  const before = readdirSync("/proc/self/fd").length;
  for (let i = 0; i < 20; i++) {
    const real = RealCgroup.v1();
    const watch = watchOom(real.cgroup, told.tell);
    if (i % 2 === 0) real[Symbol.dispose]();
    await seen();
    watch[Symbol.dispose]();
    watch[Symbol.dispose]();
    real[Symbol.dispose]();
  }
  const left = (): number => readdirSync("/proc/self/fd").length - before;
  await until("no descriptor is left", () => left() <= 1, left);
  expect(told.count).toBe(0);
});

test("watchOom() is content with a cgroup that is not there, or has no memory controller", () => {
  const fail = (): never => {
    throw new Error("told");
  };
  for (const cgroup of [
    { version: 2, folder: "/nowhere" },
    { version: 1, folders: new Map([["memory", "/nowhere"]]) },
    { version: 1, folders: new Map() },
  ] as const) {
    using watch = watchOom(cgroup, fail);
    watch.check();
  }
});

// The same file operations as memory.events: the only file of v2 that notifies on a system whose memory is v1's.
test.skipIf(!hasV2)("KillWatch is woken by a file of cgroup v2 that has changed", async () => {
  using real = RealCgroup.v2();
  const folder = real.folder("");
  const count = KillCount.open(`${folder}/cgroup.events`, "frozen");
  if (count === undefined) throw new Error("no cgroup.events");
  const told = new Told();
  using _watch = new KillWatch({ count, onOom: told.tell });
  await seen();
  expect(told.count).toBe(0);
  writeFileSync(`${folder}/cgroup.freeze`, "1");
  await told.times(1);
  rmdirSync(folder);
  await seen();
  expect(told.count).toBe(1);
});

/** Counts calls. */
class Told {
  count = 0;
  readonly tell = (): void => void this.count++;

  async times(expected: number): Promise<void> {
    const what = `it is reported ${expected} times`;
    await until(
      what,
      () => this.count >= expected,
      () => this.count,
    );
  }
}
