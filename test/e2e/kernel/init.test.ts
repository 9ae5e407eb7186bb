import { copyFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { hangTimeoutMs } from "../../until.ts";
import type { Ended } from "../../wrun.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { untilGuestRuns } from "./guest-runs.ts";
import { buildImage, nativeHello } from "./images.ts";

const skipped =
  missing ??
  (Bun.which("catatonit") === null ? "install Debian's catatonit" : undefined) ??
  (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

if (skipped === undefined) {
  const environment = await openEnvironment();
  const toolbox = buildImage(environment, {
    name: "toolbox",
    files: { "/toolbox.wasm": { from: fixture("toolbox") } },
    entrypoint: ["/toolbox.wasm"],
  });
  const hello = nativeHello(environment);
  const native = buildImage(environment, {
    name: "native",
    files: { "/hello": { from: hello } },
    entrypoint: ["/hello"],
  });
  // Its own program stands where engines mount an init.
  const ownInit = buildImage(environment, {
    name: "own-init",
    files: { "/sbin/tini": { from: hello }, "/toolbox.wasm": { from: fixture("toolbox") } },
    entrypoint: ["/sbin/tini", "--", "/toolbox.wasm"],
  });

  for (const runtime of lowLevelRuntimes) {
    const podman = (...args: string[]) =>
      environment.run(["podman", "--runtime", `wrun-${runtime}`, ...args]);
    const once = (...args: string[]) => podman("run", "--rm", ...args);

    describe(`podman run --init on wrun on ${runtime}`, () => {
      test("runs a guest without the init, with its own arguments and exit code", () => {
        const { code, stdout, stderr } = once("--init", toolbox, "echo", "a", "--", ",", "exit", "42");
        expect({ code, stdout, stderr }).toEqual({ code: 42, stdout: "a --\n", stderr: "" });
      });

      test("stops it at once, with the exit code of its signal", async () => {
        const name = `init-${runtime}`;
        const started = podman("run", "--detach", "--init", "--name", name, toolbox, "sleep");
        expect(started).toMatchObject({ code: 0, stderr: "" });
        await untilGuestRuns(podman, name);
        expect(podman("top", name, "args").stdout.trim()).toMatch(/^COMMAND\n.* -- \/toolbox\.wasm sleep$/);
        expect(podman("exec", name, "/toolbox.wasm", "echo", "from exec").stdout).toBe("from exec\n");
        expect(podman("stop", "--time", `${hangTimeoutMs / 1000}`, name).code).toBe(0);
        expect(podman("inspect", name, "--format", "{{.State.ExitCode}}").stdout).toBe("143\n");
      });

      test("shows the guest nothing of the init", () => {
        const paths = ["/dev/init", "/run/podman-init"];
        const { stdout } = once("--init", toolbox, ...paths.flatMap((path) => ["cat", path, ","]));
        expect(stdout).toBe(paths.map((path) => `${path}: No such file or directory\n`).join(""));
      });

      test("leaves a native image's init to it", () => {
        expect(once("--init", native)).toMatchObject({ code: 7, stdout: "hello from native\n", stderr: "" });
      });

      test("leaves an entrypoint that is not there to the init to report", () => {
        const flags = ["run", "--rm", "--init", "--entrypoint", "/nothing.wasm", toolbox];
        const withoutUs = environment.run(["podman", "--runtime", runtime, ...flags]);
        expect(withoutUs.stderr).toContain("catatonit");
        // It names its child by a pid, of which runc's threads take some first.
        const anonymous = (ended: Ended): Ended => ({
          ...ended,
          stderr: ended.stderr.replace(/catatonit:\d+/, "catatonit"),
        });
        expect(anonymous(podman(...flags))).toEqual(anonymous(withoutUs));
      });

      test("sees through no init of the image's own", () => {
        expect(once(ownInit)).toMatchObject({ code: 7, stdout: "hello from native\n", stderr: "" });
      });

      test("sees through an init that is mounted where Docker and nerdctl mount theirs", () => {
        const init = `${environment.folder}/init-${runtime}`;
        copyFileSync(Bun.which("catatonit") ?? "", init);
        environment.run(["chmod", "755", init]);
        for (const path of ["/sbin/docker-init", "/sbin/tini"]) {
          const flags = ["--volume", `${init}:${path}:ro`, "--entrypoint", path];
          const ended = once(...flags, toolbox, "--", "/toolbox.wasm", "echo", "through", path);
          expect(ended).toMatchObject({ code: 0, stdout: `through ${path}\n`, stderr: "" });
        }
      });
    });
  }
} else {
  test.skip(`podman run --init: ${skipped}`, () => {});
}
