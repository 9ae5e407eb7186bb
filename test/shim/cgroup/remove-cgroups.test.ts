import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { cgroupFoldersOf, removeCgroups } from "../../../shim/cgroup/remove-cgroups.ts";
import { hasV1Memory, RealCgroup } from "./real-cgroup.ts";

const onV1 = test.skipIf(!hasV1Memory);

onV1(
  "removeCgroups() waits for the last process of a cgroup, and leaves one that holds another cgroup",
  async () => {
    using outer = RealCgroup.v1();
    using inner = outer.child("inner");
    const folders = [inner.folder("memory"), outer.folder("pids")];
    const child = Bun.spawn(["cat"], { stdio: ["pipe", "ignore", "ignore"] });
    await Bun.write(`${inner.folder("memory")}/cgroup.procs`, `${child.pid}`);
    const removed = removeCgroups(folders);
    // The first look has been: the process is in one, and the other holds a cgroup.
    expect(folders.map((folder) => existsSync(folder))).toEqual([true, true]);
    await child.stdin.end();
    await child.exited;
    await removed;
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, true]);
  },
);

onV1("cgroupFoldersOf() finds a cgroup that bears the container's id, and no other", async () => {
  const id = `wrun-test-${process.pid}-folders`;
  using cgroup = RealCgroup.v1(id);
  const child = Bun.spawn(["cat"], { stdio: ["pipe", "ignore", "ignore"] });
  await Bun.write(`${cgroup.folder("memory")}/cgroup.procs`, `${child.pid}`);
  expect(cgroupFoldersOf(child.pid, id)).toEqual([cgroup.folder("memory")]);
  expect(cgroupFoldersOf(child.pid, "another")).toEqual([]);
  await child.stdin.end();
  await child.exited;
  expect(cgroupFoldersOf(child.pid, id)).toEqual([]);
  expect(cgroupFoldersOf(0, id)).toEqual([]);
  expect(readFileSync("/proc/self/cgroup", "utf8")).not.toContain(id);
});
