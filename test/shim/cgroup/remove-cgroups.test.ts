import { existsSync } from "node:fs";
import { expect, test } from "bun:test";
import { cgroupFoldersOf, removeCgroups } from "../../../shim/cgroup/remove-cgroups.ts";
import { hasV1Memory, RealCgroup } from "./real-cgroup.ts";

const onV1 = test.skipIf(!hasV1Memory);

onV1(
  "removeCgroups() waits for the last process of a cgroup, and leaves one that holds another",
  async () => {
    using outer = RealCgroup.v1();
    using inner = outer.child("inner");
    const [own, holding] = [inner.folder("memory"), outer.folder("memory")];
    const child = Bun.spawn(["cat"], { stdio: ["pipe", "ignore", "ignore"] });
    await Bun.write(`${own}/cgroup.procs`, `${child.pid}`);
    await removeCgroups([own, holding], 0);
    expect([own, holding].map((folder) => existsSync(folder))).toEqual([true, true]);
    const removed = removeCgroups([own]);
    expect(existsSync(own)).toBe(true);
    await child.stdin.end();
    await child.exited;
    await removed;
    expect([own, holding].map((folder) => existsSync(folder))).toEqual([false, true]);
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
});
