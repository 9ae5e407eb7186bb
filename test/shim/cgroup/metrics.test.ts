import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import { findCgroup } from "../../../shim/cgroup/find-cgroup.ts";
import { metricsOf } from "../../../shim/cgroup/metrics.ts";
import { until } from "../../until.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { decodedMetrics } from "./decoded-metrics.ts";
import { hasV1Memory, RealCgroup } from "./real-cgroup.ts";

test.skipIf(!hasV1Memory)(
  "metricsOf() tells what a process in a real cgroup of v1 uses, and that it is found by its pid",
  async () => {
    using real = RealCgroup.v1();
    real.limitMemory(64 * 2 ** 20);
    const folder = temporaryDirectory();
    const pid = real.start(`>${folder}/inside; while :; do :; done`);
    await until("it is in its cgroups", () => existsSync(`${folder}/inside`));
    const cgroup = findCgroup(pid);
    const used = (): number => Number(decodedMetrics(metricsOf(cgroup)).cpu?.usage?.total ?? 0);
    await until("it has computed for a millisecond", () => used() > 1_000_000, used);
    expect(cgroup).toMatchObject({ version: 1 });
    expect(cgroup.version === 1 && cgroup.folders.get("memory")).toBe(real.folder("memory"));
    const metrics = decodedMetrics(metricsOf(cgroup));
    expect(metrics.memory?.usage?.limit).toBe(64 * 2 ** 20);
    expect(metrics.memory?.usage?.usage).toBeGreaterThan(0);
    expect(metrics.pids?.current).toBe(1);
    expect(metrics.pids?.limit).toBe(0);
    expect(metrics.cpu?.usage?.total).toBeGreaterThan(1_000_000);
    expect(metrics.memoryOomControl?.oomKill).toBe(0);
  },
);

test.skipIf(!hasV1Memory)("metricsOf() says that a cgroup has gone", () => {
  const real = RealCgroup.v1();
  real[Symbol.dispose]();
  expect(() => metricsOf(real.cgroup)).toThrow(
    new WrunError("not-found", "the container's cgroup does not exist any more"),
  );
});

test("findCgroup() says that a process has ended", () => {
  const child = native.spawn({ path: "/bin/true", argv: ["true"], env: [], fds: [-1, -1, -1] });
  native.waitpid(child, 0);
  expect(() => findCgroup(child)).toThrow(`process ${child} has ended: it has no cgroup`);
});

test("metricsOf() writes the largest number of v2 whole, and leaves out what it cannot read", () => {
  const folder = mkdtempSync(`${tmpdir()}/wrun-cgroup-`);
  writeFileSync(`${folder}/pids.current`, "1\n");
  writeFileSync(`${folder}/pids.max`, "max\n");
  const { type_url, value } = metricsOf({ version: 2, folder });
  expect(type_url).toBe("io.containerd.cgroups.v2.Metrics");
  // pids = 1: { current = 1: 1, limit = 2: 2^64 - 1 as a varint of ten bytes }
  expect(Buffer.from(value).toString("hex")).toBe("0a0d080110ffffffffffffffffff01");
  rmSync(folder, { recursive: true });
  expect(() => metricsOf({ version: 2, folder })).toThrow("does not exist any more");
});
