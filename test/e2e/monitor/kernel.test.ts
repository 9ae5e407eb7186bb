import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { beforeAll, describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { kernelBundle } from "../kernel/bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "../kernel/environment.ts";
import { buildImage, nativeHello, staticProgram } from "../kernel/images.ts";
import { MonitorProcess, story } from "./monitor-process.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

// Before Linux 6.15 the kernel tells nobody but the parent how a process ended.
const [major = 0, minor = 0] = release().split(".").map(Number);
const tellsEnds = major > 6 || (major === 6 && minor >= 15);

if (skipped === undefined) {
  const environment = await openEnvironment();
  const hello = nativeHello(environment);
  const sleeper = staticProgram(environment, "sleeper", "int main(void) { for (;;) pause(); }");
  const toolbox = fixture("toolbox");

  for (const runtime of lowLevelRuntimes) {
    const socket = `${environment.folder}/${runtime}.sock`;
    const monitor = new MonitorProcess(socket, [], (command) => environment.command(command));
    const env = { WRUN_EVENTS: monitor.address, WRUN_RUNTIME: runtime };
    // Output goes to a file: a container that lives on would keep a pipe of ours open. And while Bun waits for a program by
    // spawnSync(), it may miss what comes for a subscriber.
    const calling = async (variables: Record<string, string>, args: readonly string[]) => {
      const output = `${environment.folder}/output-${runtime}`;
      const script = 'exec "$@" </dev/null >"$OUT" 2>&1';
      const command = environment.command(["sh", "-c", script, "sh", wrun, ...args]);
      const code = await Bun.spawn(command, {
        env: { ...environment.env, ...variables, OUT: output },
        stdio: ["ignore", "ignore", "ignore"],
      }).exited;
      // runc tells the time with its errors.
      return { code, said: readFileSync(output, "utf8").replace(/time="[^"]*"/, "time") };
    };
    const call = (...args: string[]) => calling(env, args);
    const done = async (...args: string[]): Promise<void> =>
      expect(await call(...args)).toEqual({ code: 0, said: "" });
    const untilStopped = (id: string): Promise<void> =>
      until(`${id} is stopped`, async () => (await call("state", id)).said.includes('"stopped"'));
    const wasm = (name: string, ...args: string[]): string =>
      kernelBundle(`${environment.folder}/${runtime}-${name}`, ["/app.wasm", ...args], {
        "/app.wasm": toolbox,
      });
    const native = (name: string, program = hello): string =>
      kernelBundle(`${environment.folder}/${runtime}-${name}`, ["/program"], { "/program": program });
    const idOf = (name: string): string => `${name}-${runtime}-${process.pid}`;

    // Podman passes none of its own variables on.
    const front = `${environment.folder}/front-${runtime}`;
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    writeFileSync(front, `#!/bin/sh\nexec env ${variables.join(" ")} ${wrun} "$@"\n`, { mode: 0o755 });

    describe(`the monitor of containers on ${runtime}`, () => {
      beforeAll(async () => void (await monitor.start()));

      test("tells a guest's life as it goes: what it is, what it may touch, and why it ended", async () => {
        const id = idOf("trap");
        const subscriber = monitor.subscribe();
        const bundle = wasm("trap", "abort");
        await done("create", "--bundle", bundle, id);
        await subscriber.want(1);
        await call("start", id);
        await subscriber.want(6);
        await done("delete", id);
        const events = await subscriber.want(7);
        expect(story(events)).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/module",
          expect.stringMatching(/^\/wrun\/module unreachable/),
          "/wrun/exit 134 trapped",
          "/tasks/exit 134",
          "/tasks/delete 134",
        ]);
        const [created, , module, , exit] = events;
        expect(created).toMatchObject({ namespace: "default", event: { containerId: id, bundle } });
        expect(Number(module?.event["compileNanos"])).toBeGreaterThan(0);
        expect(module?.event).toMatchObject({
          path: "/app.wasm",
          digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          size: readFileSync(toolbox).length,
          dialect: "wasi-preview1",
          grant: expect.arrayContaining(["--dir", "/::/"]),
        });
        expect(exit?.event["stack"]).not.toEqual([]);
        expect(readdirSync(`${socket}@spool/live`)).toEqual([]);
        subscriber.close();
      });

      test("tells a native container's life, with the exit code where the kernel tells it", async () => {
        const id = idOf("native");
        const subscriber = monitor.subscribe("0", [`event.container_id==${id}`]);
        await done("create", "--bundle", native("native"), id);
        await subscriber.want(1);
        expect((await call("start", id)).code).toBe(0);
        await subscriber.want(4);
        await done("delete", id);
        const code = tellsEnds ? "7 exited" : "255 unknown";
        const [status] = code.split(" ");
        expect(story(await subscriber.want(5))).toEqual([
          "/tasks/create",
          "/tasks/start",
          `/wrun/exit ${code}`,
          `/tasks/exit ${status}`,
          `/tasks/delete ${status}`,
        ]);
        subscriber.close();
      });

      test("tells a pause, a resume, an exec, and a kill", async () => {
        const id = idOf("verbs");
        const subscriber = monitor.subscribe("0", [`event.container_id==${id}`]);
        await done("create", "--bundle", wasm("verbs", "sleep"), id);
        await done("start", id);
        await subscriber.want(3);
        await done("pause", id);
        await done("resume", id);
        expect((await call("exec", id, "/app.wasm", "exit", "5")).code).toBe(5);
        expect((await call("exec", id, "/nothing")).code).not.toBe(0);
        await done("kill", id, "KILL");
        await subscriber.want(12);
        await done("delete", id);
        expect(story(await subscriber.want(13))).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/module",
          "/tasks/paused",
          "/tasks/resumed",
          "/tasks/exec-added",
          "/tasks/exec-started",
          "/wrun/exit 5 exited",
          "/tasks/exit 5",
          "/tasks/exec-added",
          "/wrun/exit 137 killed",
          "/tasks/exit 137",
          "/tasks/delete 137",
        ]);
        subscriber.close();
      });

      test("tells of a run in the foreground while it runs, and passes its signals and its code on", async () => {
        const id = idOf("run");
        const subscriber = monitor.subscribe("0", [`event.container_id==${id}`]);
        const command = environment.command([wrun, "run", "--bundle", native("run", sleeper), id]);
        const running = Bun.spawn(command, {
          env: { ...environment.env, ...env },
          stdio: ["ignore", "ignore", "ignore"],
        });
        await subscriber.want(2);
        // The program handles nothing, and is the first of its pid namespace: only this ends it.
        await done("kill", id, "KILL");
        expect(await running.exited).toBe(137);
        expect(story(await subscriber.want(5))).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/exit 137 killed",
          "/tasks/exit 137",
          "/tasks/delete 137",
        ]);
        expect(existsSync(`${socket}@spool/pids`) && readdirSync(`${socket}@spool/pids`)).toEqual([]);
        subscriber.close();
      });

      test("a verb that fails tells nothing, and fails as without a monitor", async () => {
        const off = (...args: string[]) => calling({ WRUN_RUNTIME: runtime }, args);
        for (const args of [
          ["start", "nobody"],
          ["delete", "nobody"],
          ["create", "--bundle", "/none", "x"],
        ])
          expect(await call(...args)).toEqual(await off(...args));
        const broken = wasm("broken", "exit");
        writeFileSync(`${broken}/config.json`, "{}");
        expect((await call("create", "--bundle", broken, idOf("broken"))).code).not.toBe(0);
        const subscriber = monitor.subscribe("0", [`event.container_id~=nobody|broken`]);
        const probe = idOf("probe");
        await call("run", "--bundle", native("probe"), probe);
        await monitor.subscribe("0", [`event.container_id==${probe}`]).want(5);
        expect(subscriber.got).toEqual([]);
        expect(readdirSync(`${socket}@spool/pending`)).toEqual([]);
        subscriber.close();
      });

      test("what happens while the monitor is down is told when it is up again, in order, once", async () => {
        const before = monitor.subscribe();
        await before.want(1);
        await until("everything has been told", () => before.got.at(-1)?.topic === "/tasks/delete");
        const since = before.got.at(-1)?.place;
        await monitor.kill();
        const [ended, runs] = [idOf("down"), idOf("still")];
        await done("create", "--bundle", wasm("down", "exit", "3"), ended);
        await done("start", ended);
        await untilStopped(ended);
        await done("delete", ended);
        expect((await call("run", "--bundle", wasm("fast", "exit", "4"), idOf("fast"))).code).toBe(4);
        await done("create", "--bundle", wasm("still", "sleep"), runs);
        await done("start", runs);
        await monitor.start();
        const subscriber = monitor.subscribe(since);
        await subscriber.want(15);
        await monitor.kill();
        await done("kill", runs, "KILL");
        await untilStopped(runs);
        await monitor.start();
        const again = monitor.subscribe(subscriber.got.at(-1)?.place);
        await again.want(2);
        await done("delete", runs);
        await again.want(3);
        const events = [...subscriber.got, ...again.got];
        expect(story(events, ended)).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/module",
          "/wrun/exit 3 exited",
          "/tasks/exit 3",
          "/tasks/delete 3",
        ]);
        expect(story(events, idOf("fast")).at(-2)).toBe("/tasks/exit 4");
        expect(story(events, runs)).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/module",
          "/wrun/exit 137 killed",
          "/tasks/exit 137",
          "/tasks/delete 137",
        ]);
        expect(new Set(events.map(({ place }) => place)).size).toBe(events.length);
        expect(await monitor.stop()).toBe(0);
      });

      test("Podman's containers are told of", async () => {
        await monitor.start();
        const image = buildImage(environment, {
          name: `monitored-${runtime}`,
          files: { "/toolbox.wasm": { from: toolbox }, "/hello": { from: hello } },
          entrypoint: ["/toolbox.wasm"],
        });
        const subscriber = monitor.subscribe("0", ["namespace==libpod"]);
        const podman = (...args: string[]) =>
          environment.run(["podman", "--runtime", front, "run", "--rm", ...args]);
        expect(podman(image, "exit", "42").code).toBe(42);
        const guest = story(await subscriber.want(6));
        expect(guest).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/module",
          "/wrun/exit 42 exited",
          "/tasks/exit 42",
          "/tasks/delete 42",
        ]);
        const later = monitor.subscribe(subscriber.got.at(-1)?.place, ["namespace==libpod"]);
        expect(podman("--entrypoint", "/hello", image).code).toBe(7);
        const [status = ""] = tellsEnds ? ["7"] : ["255"];
        expect(story(await later.want(5)).slice(3)).toEqual([
          `/tasks/exit ${status}`,
          `/tasks/delete ${status}`,
        ]);
        later.close();
        await monitor.stop();
      });

      test("what conmon has left of an end is told, where nobody could see it", async () => {
        const id = idOf("conmon");
        const bundle = native("conmon");
        const folder = `${environment.folder}/conmon-${runtime}`;
        mkdirSync(`${folder}/exits`, { recursive: true });
        const exit = `${folder}/exits/${id}`;
        const flags = ["-c", id, "-u", id, "-n", "web", "-r", front, "-b", bundle];
        const files = [
          "-p",
          `${folder}/pid`,
          "-l",
          `k8s-file:${folder}/log`,
          "--exit-dir",
          `${folder}/exits`,
        ];
        const attach = ["--full-attach", "--socket-dir-path", folder];
        environment.run(["conmon", "--api-version", "1", ...flags, ...files, ...attach]);
        await until("it is created", () => existsSync(`${folder}/pid`));
        await done("start", id);
        await until("conmon has seen its end", () => existsSync(exit));
        await done("delete", id);
        await monitor.start();
        const subscriber = monitor.subscribe("0", [`event.container_id==${id}`]);
        expect(story(await subscriber.want(5))).toEqual([
          "/tasks/create",
          "/tasks/start",
          "/wrun/exit 7 exited",
          "/tasks/exit 7",
          "/tasks/delete 7",
        ]);
        await monitor.stop();
      });
    });
  }
} else {
  test.skip(`the monitor of real containers: ${skipped}`, () => {});
}
