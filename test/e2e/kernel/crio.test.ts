import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { type Ended, type RunOptions, wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

// As CRI-O and conmon call the one binary that `runtime_path` names, with nothing said of what lies below:
// https://github.com/cri-o/cri-o/blob/main/internal/oci/runtime_oci.go
if (skipped === undefined) {
  const environment = await openEnvironment();

  for (const runtime of lowLevelRuntimes) {
    const folder = `${environment.folder}/${runtime}`;
    mkdirSync(folder);
    symlinkSync(Bun.which(runtime) ?? "", `${folder}/${runtime}`);
    const root = `${folder}/root`;
    const log = `${folder}/log`;

    // Output goes to a file: a container that lives on would keep a pipe of ours open.
    const call = (args: readonly string[], options: RunOptions = {}): Ended => {
      const script = 'export PATH="$BIN"; exec "$@" >"$OUT" 2>&1';
      const ended = environment.run(["/bin/sh", "-c", script, "sh", wrun, "--root", root, ...args], {
        ...options,
        env: { BIN: folder, OUT: `${folder}/output` },
      });
      return { ...ended, stdout: readFileSync(`${folder}/output`, "utf8") };
    };
    const ok = (...args: string[]): string => {
      const ended = call(args);
      expect(ended).toMatchObject({ code: 0 });
      return ended.stdout;
    };
    const status = (id: string): string =>
      (JSON.parse(ok("state", id)) as { readonly status: string }).status;

    describe(`called as CRI-O calls ${runtime}`, () => {
      const id = `crio-${runtime}-${process.pid}`;
      const bundle = kernelBundle(`${folder}/bundle`, ["/app.wasm", "sleep"], {
        "/app.wasm": fixture("toolbox"),
      });
      const pidFile = `${folder}/pidfile`;
      const pid = (): number => Number(readFileSync(pidFile, "utf8"));

      test("a guest is created with a log and a pid file, and started", async () => {
        const made = [
          "--log",
          log,
          "--log-format",
          "json",
          "create",
          "--bundle",
          bundle,
          "--pid-file",
          pidFile,
        ];
        expect(ok(...made, id)).toBe("");
        expect(status(id)).toBe("created");
        expect(ok("start", id)).toBe("");
        expect(status(id)).toBe("running");
        // runc's start returns before its process has executed the engine.
        const words = "/dev/.wrun/wrun\0wasm\0";
        await until("the engine runs", () =>
          readFileSync(`/proc/${pid()}/cmdline`, "latin1").includes(words),
        );
      });

      test("its limits are updated from standard input", () => {
        const limit = 200 * 2 ** 20;
        const resources = JSON.stringify({ memory: { limit } });
        const updated = call(["update", "--resources", "-", id], { stdin: resources });
        expect(updated).toMatchObject({ code: 0, stdout: "" });
        const path = /^\d+:memory:(.*)$/m.exec(readFileSync(`/proc/${pid()}/cgroup`, "utf8"))?.[1];
        if (path !== undefined)
          expect(readFileSync(`/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`, "utf8")).toBe(
            `${limit}\n`,
          );
      });

      test("wasm and its exit code come from an exec of a process file", () => {
        const file = `${folder}/process.json`;
        const spec = { ...config.process, args: ["/app.wasm", "echo", "in", ",", "exit", "5"], env: ["A=1"] };
        writeFileSync(file, JSON.stringify(spec));
        expect(call(["exec", "--process", file, id])).toMatchObject({ code: 5, stdout: "in\n" });
      });

      test("a checkpoint, and a restore of its bundle, are refused in one line, and change nothing", () => {
        const refused = [
          ["checkpoint", "--image-path", `${folder}/image`, id],
          ["restore", "--bundle", bundle, "--image-path", `${folder}/image`, `${id}-restored`],
        ];
        for (const words of refused)
          expect(call(words)).toMatchObject({
            code: 1,
            stdout: expect.stringMatching(
              /^wrun: crio-.*: a wasm container cannot be (checkpointed|restored): .*\n$/,
            ),
          });
        expect(status(id)).toBe("running");
        expect(JSON.parse(readFileSync(`${bundle}/config.json`, "utf8"))).toMatchObject({
          process: { args: ["/app.wasm", "sleep"] },
        });
      });

      test("it is paused, resumed, killed and removed, and what is not there is told", async () => {
        ok("pause", id);
        expect(status(id)).toBe("paused");
        ok("resume", id);
        ok("kill", id, "TERM");
        await until("it is stopped", () => status(id) === "stopped");
        ok("delete", id);
        expect(call(["state", id])).toMatchObject({
          code: 1,
          stdout: expect.stringMatching(/not exist|No such file/),
        });
      });
    });
  }
}
