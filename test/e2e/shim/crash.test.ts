import { writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { statusCode } from "../../../shim/transport/status.ts";
import { catchesSigterm } from "../../sigterm.ts";
import { until } from "../containers.ts";
import { processSpec } from "./bundles.ts";
import { refusal } from "./driven-shim.ts";
import { lowLevelRuntimes } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { runcOptions, type TypedOptions } from "./options.ts";
import { tracesInside } from "./traces.ts";

/** A guest that raises a signal against its own process. */
const raising = (signal: number): string => `(module
  (import "wasi_snapshot_preview1" "proc_raise" (func $raise (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (call $raise (i32.const ${signal}))) (loop $for_ever (br $for_ever))))`;

/** Signals by which a program that is broken ends, and the one that ends any. */
const signals = { ILL: 4, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, SEGV: 11 } as const;

/** Waits until an engine handles SIGTERM, which it does last (proc(5), status). runc's first stage handles it as well. */
async function untilItRuns(containerd: MockContainerd, pid: number): Promise<void> {
  await until("the engine runs", () => {
    const status = containerd.proc(pid, "status");
    return /^Name:\s*ld\.so$/m.test(status) && catchesSigterm(status);
  });
}

/** A low-level runtime that waits for ever at one verb, as crun does where the process ends before it is woken up. */
function waitingRuntime(containerd: MockContainerd, lowLevel: string, verb: string): TypedOptions {
  const path = `${containerd.folder}/waits-at-${verb}`;
  const wait = `case "$*" in *" ${verb} "*) kill -KILL "$(cat init.pid)"; exec sleep 3000;; esac`;
  writeFileSync(path, `#!/bin/sh\n${wait}\nexec ${lowLevel} "$@"\n`, { mode: 0o755 });
  return runcOptions({ binaryName: path });
}

async function untilOnlyTheShimIsLeft(containerd: MockContainerd): Promise<void> {
  await until(
    "only the shim is left",
    () => {
      const { processes, sockets, ...others } = tracesInside(containerd);
      const none = { mounts: [], cgroups: [], states: [] };
      return processes.length === 1 && sockets.length === 1 && Bun.deepEquals(others, none);
    },
    () => tracesInside(containerd),
  );
}

for (const lowLevel of lowLevelRuntimes) {
  for (const [where, shared] of Object.entries({ "its own": [], "the pod's": ["pid"] })) {
    describe(`an engine in ${where} process namespace on ${lowLevel}`, () => {
      for (const [name, signal] of Object.entries(signals)) {
        test(`that its guest ends by SIG${name} is an exit like any other`, async () => {
          await using containerd = await MockContainerd.open({ lowLevel });
          containerd.bundle("a", { wat: raising(signal), shared });
          const shim = await containerd.start("a");
          await shim.run("a");
          expect(await shim.end("a")).toBe(128 + signal);
          const told = await containerd.events.topicsOf("a", "/tasks/delete");
          expect(told).toEqual(["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"]);
          await untilOnlyTheShimIsLeft(containerd);
        });

        test(`that crashes by SIG${name} is an exit by a signal`, async () => {
          await using containerd = await MockContainerd.open({ lowLevel });
          containerd.bundle("a", { words: ["sleep"], shared });
          const shim = await containerd.start("a");
          const pid = await shim.run("a");
          await untilItRuns(containerd, pid);
          await containerd.run(["kill", `-${name}`, `${pid}`]);
          // The runtime of an engine catches what looks like a crash, and ends by a signal of its own choice where the kernel
          // spares the first process of a namespace.
          const status = await shim.end("a");
          if (signal === signals.KILL || shared.length > 0) expect(status).toBe(128 + signal);
          else expect(Object.values<number>(signals)).toContain(status - 128);
          await untilOnlyTheShimIsLeft(containerd);
        });
      }
    });
  }

  describe(`an engine on ${lowLevel}`, () => {
    test("that is killed before its start cannot be started, and can be deleted", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { words: ["sleep"] });
      const shim = await containerd.start("a");
      const pid = await shim.create("a");
      await containerd.run(["kill", "-KILL", `${pid}`]);
      expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(137);
      expect(await refusal(shim.task.start({ id: "a" }))).toBe(statusCode.failedPrecondition);
      expect(await shim.end("a")).toBe(137);
      await untilOnlyTheShimIsLeft(containerd);
    });

    test("that is killed while it is started ends, whatever Start answers", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { words: ["sleep"] });
      const shim = await containerd.start("a");
      for (let at = 0; at < 5; at++) {
        const pid = await shim.create("a");
        const starting = refusal(shim.task.start({ id: "a" }));
        await containerd.run(["kill", "-KILL", `${pid}`]);
        await starting;
        expect(await shim.end("a")).toBe(137);
      }
      await untilOnlyTheShimIsLeft(containerd);
    });

    test("that is killed while the low-level runtime waits for it ends, and that one too", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { words: ["sleep"] });
      const shim = await containerd.start("a");
      await shim.create("a", { options: waitingRuntime(containerd, lowLevel, "start") });
      expect(await refusal(shim.task.start({ id: "a" }))).toBe(statusCode.unknown);
      expect(await shim.end("a")).toBe(137);
      const told = await containerd.events.topicsOf("a", "/tasks/delete");
      expect(told).toEqual(["/tasks/create", "/tasks/exit", "/tasks/delete"]);
      await untilOnlyTheShimIsLeft(containerd);
    });

    test("that is killed while the low-level runtime executes something ends, and that one too", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { words: ["sleep"] });
      const shim = await containerd.start("a");
      await shim.run("a", { options: waitingRuntime(containerd, lowLevel, "exec") });
      const exec = { id: "a", execId: "e" };
      await shim.task.exec({ ...exec, spec: processSpec(["/app.wasm", "sleep"]) });
      expect(await refusal(shim.task.start(exec))).toBe(statusCode.unknown);
      expect(await shim.end("a")).toBe(137);
      await untilOnlyTheShimIsLeft(containerd);
    });

    test("of an exec that crashes ends the exec alone", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { words: ["sleep"] });
      const shim = await containerd.start("a");
      await shim.run("a");
      const exec = { id: "a", execId: "e" };
      await shim.task.exec({ ...exec, spec: processSpec(["/app.wasm", "sleep"]) });
      const { pid } = await shim.task.start(exec);
      await untilItRuns(containerd, pid);
      await containerd.run(["kill", "-SEGV", `${pid}`]);
      expect((await shim.task.wait(exec)).exitStatus).toBe(139);
      await shim.task.delete(exec);
      const left = (await shim.task.pids({ id: "a" })).processes;
      expect(left).toHaveLength(1);
      expect(await shim.remove("a")).toBe(137);
      await untilOnlyTheShimIsLeft(containerd);
    });
  });
}
