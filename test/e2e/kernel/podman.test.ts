import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { hangTimeoutMs } from "../../until.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { untilGuestRuns } from "./guest-runs.ts";
import { buildImage, nativeHello } from "./images.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

if (skipped === undefined) {
  const environment = await openEnvironment();
  const toolbox = buildImage(environment, {
    name: "toolbox",
    files: { "/toolbox.wasm": { from: fixture("toolbox") } },
    entrypoint: ["/toolbox.wasm"],
  });
  const native = buildImage(environment, {
    name: "native",
    files: { "/hello": { from: nativeHello(environment) } },
    entrypoint: ["/hello"],
  });

  for (const runtime of lowLevelRuntimes) {
    const podman = (...args: string[]) =>
      environment.run(["podman", "--runtime", `wrun-${runtime}`, ...args]);
    const once = (...args: string[]) => podman("run", "--rm", ...args);

    describe(`podman on wrun on ${runtime}`, () => {
      test("runs a guest out of an image with nothing but one wasm file in it", () => {
        expect(once("--env", "X=1 2", toolbox, "echo", "a", "b c", ",", "env")).toMatchObject({
          code: 0,
          stderr: "",
        });
        const { stdout } = once(
          "--env",
          "X=1 2",
          "--hostname",
          "box",
          toolbox,
          "echo",
          "a",
          "b c",
          ",",
          "env",
        );
        expect(stdout).toStartWith("a b c\n");
        expect(stdout).toContain("\nX=1 2\n");
        expect(stdout).toContain("\nHOSTNAME=box\n");
      });

      test("runs a native image as if wrun were not there", () => {
        expect(once(native)).toMatchObject({ code: 7, stdout: "hello from native\n", stderr: "" });
      });

      test("returns the guest's exit code, 134 for a trap, 127 for a missing entrypoint", () => {
        expect(once(toolbox, "exit", "42").code).toBe(42);
        const trapped = once(toolbox, "abort");
        expect(trapped.code).toBe(134);
        expect(trapped.stderr).toStartWith("wrun: trap: ");
        expect(once("--entrypoint", "/nothing.wasm", toolbox).code).toBe(127);
      });

      test("passes standard input on to its end", () => {
        const { stdout } = environment.run(
          ["podman", "--runtime", `wrun-${runtime}`, "run", "--rm", "-i", toolbox, "cat", "-"],
          { stdin: "line 1\nline 2\n" },
        );
        expect(stdout).toBe("line 1\nline 2\n");
      });

      test("gives the guest volumes as they are, and keeps a read-only root read-only", () => {
        const volume = `${environment.folder}/volume-${runtime}`;
        mkdirSync(volume);
        writeFileSync(`${volume}/in`, "from the host\n");
        const command = ["cat", "/v/in", ",", "write", "/v/out", "from the guest", ",", "write", "/top", "x"];
        const written = once("--read-only", "--volume", `${volume}:/v`, toolbox, ...command);
        expect(written.stdout).toBe("from the host\nwrote /v/out\n/top: Read-only file system\n");
        expect(readFileSync(`${volume}/out`, "utf8")).toBe("from the guest");
        const refused = once("--volume", `${volume}:/v:ro`, toolbox, "write", "/v/out", "again");
        expect(refused.stdout).toBe("/v/out: Read-only file system\n");
      });

      test("runs the guest as the user that was asked for", () => {
        const { stdout } = once("--user", "1000:1000", toolbox, "write", "/mine", "x");
        expect(stdout).toBe("/mine: Permission denied\n");
      });

      test("shows the guest no /proc, no /sys and nothing of the engine", () => {
        const hidden = [
          "/proc",
          "/proc/self/mem",
          "/sys",
          "/dev/.wrun",
          "/dev/.wrun/wrun",
          "/dev/../proc/self/environ",
        ];
        const { stdout } = once(toolbox, ...hidden.flatMap((path) => ["cat", path, ","]));
        expect(stdout).toBe(hidden.map((path) => `${path}: No such file or directory\n`).join(""));
      });

      test("hides them behind symlinks of the guest's own making, too", () => {
        const toProc = ["symlink", "proc/self", "/s", ",", "cat", "/s/environ", ",", "ls", "/s"];
        const toEngine = ["symlink", "dev/.wrun", "/w", ",", "ls", "/w", ",", "rename", "/dev/.wrun", "/e"];
        const { stdout } = once(toolbox, ...toProc, ",", ...toEngine);
        const refused = ["/s/environ", "/s", "/w", "/e"];
        expect(stdout).toBe(refused.map((path) => `${path}: No such file or directory\n`).join(""));
        expect(stdout).not.toContain("ld.so");
      });

      test("lets malloc return NULL at the memory limit, with no OOM kill", () => {
        const name = `eater-${runtime}`;
        const { code, stdout } = podman("run", "--name", name, "--memory", "32m", toolbox, "eat");
        expect({ code, stdout }).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/NULL after 1\d MiB/),
        });
        expect(podman("inspect", name, "--format", "{{.State.OOMKilled}}").stdout).toBe("false\n");
      });

      for (const verb of ["sleep", "spin"]) {
        test(`stops a guest at once that does nothing but ${verb}`, async () => {
          const name = `${verb}-${runtime}`;
          const started = podman("run", "--detach", "--name", name, toolbox, "echo", "up", ",", verb);
          expect(started.code).toBe(0);
          await untilGuestRuns(podman, name);
          expect(podman("stop", "--time", `${hangTimeoutMs / 1000}`, name).code).toBe(0);
          expect(podman("inspect", name, "--format", "{{.State.ExitCode}}").stdout).toBe("143\n");
          expect(podman("logs", name).stdout).toMatch(/^(up\n)?$/);
        });
      }

      test("pauses, resumes, lists and kills a guest", async () => {
        const name = `life-${runtime}`;
        const state = () => podman("inspect", name, "--format", "{{.State.Status}}").stdout.trim();
        podman("run", "--detach", "--name", name, toolbox, "sleep");
        await untilGuestRuns(podman, name);
        expect(podman("top", name, "args").stdout).toContain("/toolbox.wasm sleep");
        expect(podman("pause", name).code).toBe(0);
        expect(state()).toBe("paused");
        expect(podman("unpause", name).code).toBe(0);
        expect(state()).toBe("running");
        expect(podman("kill", "--signal", "KILL", name).code).toBe(0);
        expect(podman("wait", name).stdout).toBe("137\n");
        expect(podman("rm", name).code).toBe(0);
      });
    });
  }
}
