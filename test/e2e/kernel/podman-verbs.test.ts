import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { catchesSigterm } from "../../sigterm.ts";
import { hangTimeoutMs, until } from "../../until.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { untilGuestRuns } from "./guest-runs.ts";
import { buildImage, staticProgram } from "./images.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

/** How long Podman waits for an end before it kills, in seconds. */
const patience = `${hangTimeoutMs / 1000}`;

const pause = `#include <signal.h>
#include <unistd.h>
int main(void) { signal(SIGTERM, _exit); for (;;) sleep(1000); }
`;

if (skipped === undefined) {
  const environment = await openEnvironment();
  const guest = buildImage(environment, {
    name: "guest",
    files: { "/toolbox.wasm": { from: fixture("toolbox") } },
    entrypoint: ["/toolbox.wasm"],
  });
  const native = buildImage(environment, {
    name: "pause",
    files: { "/pause": { from: staticProgram(environment, "pause", pause) } },
    entrypoint: ["/pause"],
  });

  for (const runtime of lowLevelRuntimes) {
    const podman = (...args: string[]) =>
      environment.run(["podman", "--runtime", `wrun-${runtime}`, ...args]);
    const show = (name: string, format: string): string =>
      podman("inspect", name, "--format", format).stdout.trim();

    describe(`podman on wrun on ${runtime}`, () => {
      test("checks a guest's health by wasm, shows its figures, updates it, waits for it", async () => {
        const name = `verbs-${runtime}`;
        const health = ["--health-cmd", '["/toolbox.wasm","echo","well"]', "--health-interval", "disable"];
        expect(
          podman("run", "--detach", "--name", name, ...health, guest, "echo", "up", ",", "sleep").code,
        ).toBe(0);
        expect(podman("healthcheck", "run", name)).toMatchObject({ code: 0, stderr: "" });
        expect(show(name, "{{.State.Health.Status}}")).toBe("healthy");
        const [pids, memory] = podman("stats", "--no-stream", "--format", "{{.PIDs}} {{.MemUsage}}", name)
          .stdout.trim()
          .split(" ");
        expect(Number(pids)).toBeGreaterThan(0);
        expect(memory).toMatch(/^[\d.]+[kM]B$/);
        const top = (): string => podman("top", name, "pid", "args").stdout;
        await until("the engine runs", () => /\n1 .* -- \/toolbox\.wasm echo up , sleep/.test(top()), top);
        expect(podman("update", "--memory", "300m", name).code).toBe(0);
        expect(show(name, "{{.OCIRuntime}} {{.State.Status}}")).toBe(`wrun-${runtime} running`);
        // Where crun and runc keep their containers.
        expect(existsSync(`/run/${runtime}/${show(name, "{{.Id}}")}`)).toBe(true);
        const logs = (): string => podman("logs", name).stdout;
        await until("the guest is up", () => logs() === "up\n", logs);
        expect(podman("stop", "--time", patience, name).code).toBe(0);
        expect(podman("wait", name).stdout).toBe("143\n");
        expect(logs()).toBe("up\n");
        expect(podman("start", name).code).toBe(0);
        expect(show(name, "{{.State.Status}}")).toBe("running");
        expect(podman("rm", "--force", "--time", "0", name).code).toBe(0);
      });

      test("runs a pod of a native pause container, a native sidecar and a guest", async () => {
        const [pod, app, sidecar] = ["pod", "app", "sidecar"].map((part) => `${part}-${runtime}`);
        if (pod === undefined || app === undefined || sidecar === undefined) throw new Error("unreachable");
        const infra = ["--infra-image", native, "--infra-command", "/pause"];
        expect(podman("pod", "create", "--name", pod, ...infra)).toMatchObject({ code: 0, stderr: "" });
        const detached = ["run", "--detach", "--pod", pod, "--name"];
        expect(podman(...detached, app, guest, "echo", "up", ",", "sleep").code).toBe(0);
        expect(podman(...detached, sidecar, native).code).toBe(0);
        expect(podman("pod", "inspect", pod, "--format", "{{.State}} {{.NumContainers}}").stdout).toBe(
          "Running 3\n",
        );
        expect(podman("exec", app, "/toolbox.wasm", "echo", "in a pod").stdout).toBe("in a pod\n");
        const status = (): string => readFileSync(`/proc/${show(sidecar, "{{.State.Pid}}")}/status`, "utf8");
        await until(
          "the sidecar handles SIGTERM",
          () => /^Name:\s*pause$/m.test(status()) && catchesSigterm(status()),
          status,
        );
        await until("the guest is up", () => podman("logs", app).stdout === "up\n");
        expect(podman("pod", "stop", "--time", patience, pod).code).toBe(0);
        expect([show(app, "{{.State.ExitCode}}"), show(sidecar, "{{.State.ExitCode}}")]).toEqual([
          "143",
          "15",
        ]);
        expect(podman("pod", "rm", "--force", "--time", "0", pod).code).toBe(0);
      });

      test("runs a guest in a container that is being built", () => {
        const buildah = (...args: string[]) => environment.run(["buildah", ...args]);
        const container = buildah("from", guest).stdout.trim();
        const front = `${environment.folder}/wrun-${runtime}`;
        const run = ["run", "--runtime", front, "--isolation", "oci", container, "--", "/toolbox.wasm"];
        expect(buildah(...run, "write", "/made", "by wasm")).toMatchObject({ code: 0, stderr: "" });
        expect(buildah(...run, "cat", "/made")).toMatchObject({ code: 0, stdout: "by wasm" });
        expect(buildah("rm", container).code).toBe(0);
      });

      test("leaves the config.json that podman inspect names as Podman wrote it, over a restart too", async () => {
        const name = `config-${runtime}`;
        expect(podman("run", "--detach", "--name", name, guest, "sleep").code).toBe(0);
        const entrypoint = (): unknown => {
          const text = environment.run(["cat", show(name, "{{.OCIConfigPath}}")]).stdout;
          return (JSON.parse(text) as { readonly process: { readonly args: unknown } }).process.args;
        };
        expect(entrypoint()).toEqual(["/toolbox.wasm", "sleep"]);
        await untilGuestRuns(podman, name);
        expect(podman("restart", "--time", patience, name).code).toBe(0);
        expect(show(name, "{{.State.Status}}")).toBe("running");
        expect(entrypoint()).toEqual(["/toolbox.wasm", "sleep"]);
        expect(podman("rm", "--force", "--time", "0", name).code).toBe(0);
      });
    });
  }
}
