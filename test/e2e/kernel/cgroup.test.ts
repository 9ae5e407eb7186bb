import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { findCgroup } from "../../../shim/cgroup/find-cgroup.ts";
import type { Cgroup } from "../../../shim/cgroup/cgroup.ts";
import { metricsOf } from "../../../shim/cgroup/metrics.ts";
import { readResources } from "../../../shim/cgroup/resources.ts";
import { watchOom } from "../../../shim/cgroup/watch-oom.ts";
import { decodedMetrics } from "../../shim/cgroup/decoded-metrics.ts";
import { hasV1Memory } from "../../shim/cgroup/real-cgroup.ts";
import { until } from "../../until.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { staticProgram } from "./images.ts";

const MiB = 2 ** 20;

// Takes memory until it is killed.
const source = `
#include <stdlib.h>
#include <string.h>
int main(void) {
  for (;;) { char *some = malloc(1 << 20); if (some) memset(some, 1, 1 << 20); }
}`;

if (missing === undefined && hasV1Memory) {
  const environment = await openEnvironment();
  const program = staticProgram(environment, "eater", source);

  for (const runtime of lowLevelRuntimes) {
    // Its output goes nowhere: a container that lives on would keep a pipe of ours open.
    const call = (args: readonly string[], stdin = ""): number | null => {
      const script = 'printf %s "$STDIN" | "$@" >/dev/null 2>&1';
      return environment.run(["sh", "-c", script, "sh", runtime, ...args], { env: { STDIN: stdin } }).code;
    };

    describe(`A container's cgroup, made by ${runtime}`, () => {
      test("tells what it uses from create on, is updated, and tells of a kill that the exit comes with", async () => {
        const id = `cgroup-${runtime}-${process.pid}`;
        const bundle = kernelBundle(`${environment.folder}/${id}`, ["/eater"], { "/eater": program });
        limit(bundle, id);
        expect(call(["create", "--bundle", bundle, "--pid-file", `${bundle}/pid`, id])).toBe(0);
        const cgroup = findCgroup(Number(readFileSync(`${bundle}/pid`, "utf8")));
        using _removed = { [Symbol.dispose]: () => void call(["delete", "--force", id]) };
        let kills = 0;
        using watch = watchOom(cgroup, () => void kills++);
        expect(decodedMetrics(metricsOf(cgroup))).toMatchObject({
          memory: { usage: { limit: 64 * MiB } },
          pids: { limit: 20 },
        });

        const devices = devicesOf(cgroup);
        const { text = "" } = readResources(update(), true);
        expect(call(["update", "--resources", "-", id], text)).toBe(0);
        expect(decodedMetrics(metricsOf(cgroup))).toMatchObject({ memory: { usage: { limit: 16 * MiB } } });
        expect(devicesOf(cgroup)).toBe(devices);
        expect(call(["start", id])).toBe(0);
        await untilStopped(id, runtime);
        watch.check();
        expect(kills).toBe(1);
        call(["delete", id]);
        expect(() => metricsOf(cgroup)).toThrow("does not exist any more");
      });
    });

    const untilStopped = async (id: string, program: string): Promise<void> => {
      const state = (): string => environment.run([program, "state", id]).stdout;
      const status = (): string => (JSON.parse(state()) as { readonly status: string }).status;
      await until(`${id} is stopped`, () => status() === "stopped", state);
    };
  }
}

function limit(bundle: string, id: string): void {
  const resources = { memory: { limit: 64 * MiB }, pids: { limit: 20 } };
  const spec = { ...config, process: { ...config.process, args: ["/eater"] } };
  const linux = { ...config.linux, resources, cgroupsPath: `/wrun-${id}` };
  writeFileSync(`${bundle}/config.json`, JSON.stringify({ ...spec, linux }));
}

// As containerd's CRI plugin writes it: all resources of the container, changed.
function update(): { type_url: string; value: Uint8Array } {
  const text = JSON.stringify({
    devices: [{ allow: false, access: "rwm" }],
    memory: { limit: 16 * MiB, swap: 16 * MiB },
    cpu: { shares: 102, quota: 50000, period: 100000 },
    pids: {},
  });
  const type_url = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";
  return { type_url, value: new TextEncoder().encode(text) };
}

function devicesOf(cgroup: Cgroup): string {
  const folder = cgroup.version === 1 ? cgroup.folders.get("devices") : undefined;
  return readFileSync(`${folder}/devices.list`, "utf8");
}
