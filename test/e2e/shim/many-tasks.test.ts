import { describe, expect, test } from "bun:test";
import { hangTimeoutMs, until } from "../../until.ts";
import type { DrivenShim } from "./driven-shim.ts";
import { drainAndClose, makeFifo } from "./fifos.ts";
import { lowLevelRuntimes } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { tracesInside } from "./traces.ts";

const parallel = 4;
const topicsOfTask = ["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"];

/** The life of a container in a pod's shim, its output through a FIFO; what it said. */
async function live(containerd: MockContainerd, shim: DrivenShim, id: string): Promise<string> {
  const stdout = `${containerd.bundle(id, { pod: "pod", program: "hello" })}.out`;
  const reader = makeFifo(stdout);
  await shim.create(id, { stdout });
  const ended = shim.task.wait({ id });
  await shim.task.start({ id });
  expect((await ended).exitStatus).toBe(0);
  await shim.task.delete({ id });
  containerd.removeBundle(id);
  return drainAndClose(reader);
}

/** Many of them, four at a time. */
async function liveAll(containerd: MockContainerd, shim: DrivenShim, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift())
      expect(await live(containerd, shim, id)).toBe("hello\n");
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** Private memory of a process inside, in KiB. */
function memoryOf(containerd: MockContainerd, pid: number): number {
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(containerd.proc(pid, "smaps_rollup"))?.[1]);
}

// On one low-level runtime, as what could grow is the shim's own.
for (const lowLevel of lowLevelRuntimes.slice(0, 1)) {
  describe("500 tasks through one shim", () => {
    test(
      "leave no process, descriptor, mount, cgroup, socket or state, and no memory that grows with them; every event of each comes, in order",
      async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        containerd.bundle("pod", { kind: "native", pod: "pod", words: ["sleep"] });
        const shim = await containerd.start("pod");
        await shim.run("pod");
        const [pid = 0] = containerd.shims;
        const measure = () => ({ ...tracesInside(containerd), descriptors: containerd.descriptors });
        const ids = Array.from({ length: 500 }, (_, at) => `task-${at}`);
        await liveAll(containerd, shim, ids.slice(0, 50));
        const [before, memory] = [measure(), memoryOf(containerd, pid)];
        expect(before.processes).toHaveLength(2);
        await liveAll(containerd, shim, ids.slice(50));
        await until("all is as it was", () => Bun.deepEquals(measure(), before), measure);
        // It goes up and down by 2 MiB between collections; 10 KiB kept of each task would be more.
        expect(memoryOf(containerd, pid)).toBeLessThan(memory + 4096);
        const { events } = containerd;
        const deleted = () => events.told.filter(({ topic }) => topic === "/tasks/delete");
        await events.until("every deletion has come", () => deleted().length >= ids.length);
        for (const id of ids)
          expect([id, events.of(id).map(({ topic }) => topic)]).toEqual([id, topicsOfTask]);
        expect(await shim.remove("pod")).toBe(137);
      },
      4 * hangTimeoutMs,
    );
  });
}
