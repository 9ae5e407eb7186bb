import { readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { until } from "../containers.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { nativeHello } from "./images.ts";
import { filesIn, processesOf, tracesOf } from "./traces.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

// `npm run bench -- kernel` does it with 100 and 50.
const counts = { crun: { inTurn: 20, held: 10 }, runc: { inTurn: 5, held: 4 } };

if (skipped === undefined) {
  const environment = await openEnvironment();
  const [holder] = environment.command([]).flatMap((word) => /\/proc\/(\d+)\/ns/.exec(word)?.[1] ?? []);

  for (const runtime of lowLevelRuntimes) {
    const mark = `leak-${runtime}-${process.pid}`;
    const state = `${environment.folder}/state-${runtime}`;
    const marked = { mark, state, namespace: Number(holder) };
    const bundleOf = (id: string, ...args: string[]): string =>
      kernelBundle(`${environment.folder}/${id}`, ["/app.wasm", ...args], {
        "/app.wasm": fixture("toolbox"),
      });

    // Output goes to a file: a container that lives on would keep a pipe of ours open.
    const call = (...args: string[]): Ended => {
      const command = [wrun, "--runtime-path", runtime, "--root", state, ...args];
      const output = `${environment.folder}/output-${runtime}`;
      const script = 'exec "$@" </dev/null >"$OUT" 2>&1';
      const ended = environment.run(["sh", "-c", script, "sh", ...command], { env: { OUT: output } });
      return { ...ended, stdout: readFileSync(output, "utf8") };
    };

    const hold = (id: string): string => {
      expect(call("run", "--detach", "--bundle", bundleOf(id, "sleep"), id)).toMatchObject({ code: 0 });
      return id;
    };

    describe(`on ${runtime}`, () => {
      test("containers one after another leave nothing on the machine", () => {
        const bundle = bundleOf(`${mark}-in-turn`, "echo", "up");
        for (let i = 0; i < counts[runtime].inTurn; i++)
          expect(call("run", "--bundle", bundle, `${mark}-${i}`)).toMatchObject({ code: 0, stdout: "up\n" });
        expect(tracesOf(marked)).toEqual([]);
      });

      test("containers that run at once are all there, and gone without a trace when killed", async () => {
        const ids = Array.from({ length: counts[runtime].held }, (_, i) => hold(`${mark}-held-${i}`));
        // crun's own process of a detached run may end a little after its caller has been told.
        await until("only the guests are left", () => processesOf(mark).length === ids.length);
        expect(tracesOf(marked).length).toBeGreaterThan(ids.length);
        for (const id of ids)
          expect(JSON.parse(call("state", id).stdout)).toMatchObject({ status: "running" });
        for (const id of ids) expect(call("delete", "--force", id).code).toBe(0);
        expect(tracesOf(marked)).toEqual([]);
      });

      test("an engine that is killed from outside leaves what delete takes away", async () => {
        const id = hold(`${mark}-killed`);
        for (const pid of processesOf(mark)) process.kill(pid, "SIGKILL");
        await until("no process is left", () => processesOf(mark).length === 0);
        expect(call("delete", id).code).toBe(0);
        expect(tracesOf(marked)).toEqual([]);
      });

      test("a bundle keeps its files, and gets no others than what the runtime makes", () => {
        const native = kernelBundle(`${environment.folder}/${mark}-native`, ["/app.wasm"], {
          "/app.wasm": nativeHello(environment),
        });
        environment.run([runtime, "--root", state, "run", "--bundle", native, `${mark}-native`]);
        const wasm = bundleOf(`${mark}-files`, "echo", "up");
        call("run", "--bundle", wasm, `${mark}-files`);
        // runc reads config.json in the bundle alone: the edited one stands in a folder of its own.
        expect(filesIn(wasm).filter((name) => !name.startsWith(".wrun"))).toEqual(filesIn(native));
        expect(filesIn(wasm).includes(".wrun")).toBe(runtime === "runc");
      });
    });
  }
}
