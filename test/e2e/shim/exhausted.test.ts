import { describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
import { readAnswer, startCall } from "./calls.ts";
import type { DrivenShim } from "./driven-shim.ts";
import { lowLevelRuntimes } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { tracesInside } from "./traces.ts";

/** How many descriptors more than it has the shim may open; the last is enough for a container. */
const spares = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 64];

/** Creates a container and starts it; undefined, or the error of the call that failed. */
async function tried(shim: DrivenShim, id: string): Promise<string | undefined> {
  try {
    await shim.run(id);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

for (const lowLevel of lowLevelRuntimes.slice(0, 1))
  describe("a shim that has no descriptors left", () => {
    test("says so, keeps what it has, and serves on when there are some", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("pod", { kind: "native", pod: "pod", words: ["sleep"] });
      const shim = await containerd.start("pod");
      await shim.run("pod");
      const [pid = 0] = containerd.shims;
      const measure = () => ({ ...tracesInside(containerd), descriptors: containerd.descriptors });
      const before = measure();
      const setLimit = async (count: string): Promise<void> => {
        const set = await containerd.run(["prlimit", "--pid", `${pid}`, `--nofile=${count}:`]);
        expect(set).toMatchObject({ code: 0, stderr: "" });
      };
      const usual = /Max open files\s+(\d+)/.exec(containerd.proc(pid, "limits"))?.[1] ?? "";
      const answers: (string | undefined)[] = [];
      for (const spare of spares) {
        const id = `task-${spare}`;
        containerd.bundle(id, { pod: "pod", program: "hello" });
        await setLimit(`${containerd.descriptors + spare}`);
        const answer = await tried(shim, id);
        answers.push(answer);
        expect((await shim.task.state({ id: "pod" })).status).toBe(2);
        await setLimit(usual);
        // What failed is as if it had never been, and can be made under the same name.
        if (answer !== undefined) {
          expect(answer).not.toContain("internal error");
          await shim.task.delete({ id }).catch(() => undefined);
          await shim.run(id);
        }
        expect(await shim.end(id)).toBe(0);
        containerd.removeBundle(id);
      }
      expect(answers[0]).toContain("Too many open files");
      expect(answers.at(-1)).toBeUndefined();
      await until(
        "all is as it was",
        () => Bun.deepEquals(measure(), before),
        () => JSON.stringify([before, measure()]),
      );
      expect(await shim.remove("pod")).toBe(137);
    });

    for (const limit of [3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24])
      test(`that may open ${limit} files starts, or says in a line why not`, async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const id = "pod";
        const bundle = containerd.bundle(id, { kind: "native", pod: id, words: ["sleep"] });
        const { version, namespace, address, program } = containerd;
        const call = startCall({ version, namespace, address, id, bundle, debug: false });
        const variables = Object.entries(call.env).map(([name, value]) => `${name}=${value}`);
        const limited = ["sh", "-c", 'ulimit -n "$0"; exec "$@"', `${limit}`, program, ...call.args];
        const { code, stdout, stderr } = await containerd.run(["env", ...variables, ...limited], bundle);
        if (code === 0) {
          expect(readAnswer(version, stdout).address).toStartWith("unix://");
          return;
        }
        expect(stderr).toMatch(/^.*open files.*\n$/);
        expect(stderr).not.toContain("internal error");
        expect(containerd.shims).toEqual([]);
      });
  });
