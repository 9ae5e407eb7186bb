import { afterAll, describe, expect, test } from "bun:test";
import { MonitorProcess, story } from "../monitor/monitor-process.ts";
import { Containerd } from "./containerd.ts";
import { toolsImages } from "./images.ts";
import { until } from "../containers.ts";
import { hasShim, lowLevelRuntimes, missing } from "./missing.ts";
import { processesIn } from "./namespaces.ts";

const skipped = missing ?? (hasShim ? undefined : "the executable is no shim");

for (const lowLevel of skipped === undefined ? lowLevelRuntimes : []) {
  const containerd = await Containerd.open({ lowLevel, events: "events.sock" });
  afterAll(() => containerd.close());
  for (const image of [...toolsImages("wasm"), ...toolsImages("native")]) containerd.import(image);
  const { namespaces, namespace, places } = containerd;
  const socket = `${places.folder}/events.sock`;
  const metrics = ["--metrics", "127.0.0.1:0"];
  const monitor = new MonitorProcess(socket, metrics, (command) =>
    namespaces.command(command, places.folder),
  );

  const run = (kind: "native" | "wasm", id: string, words: readonly string[], ...flags: string[]) => {
    const program = kind === "native" ? "/app" : "/app.wasm";
    const image = `localhost/${kind}-tools:latest`;
    const front = ["run", "--runtime", "io.containerd.wrun.v1", ...flags, image, id, program, ...words];
    return containerd.ctr(...front);
  };

  describe(`the monitor beside containerd, with wrun's shim on ${lowLevel}`, () => {
    test("is told what containerd is told, and what a guest is and why it ended", async () => {
      await monitor.start();
      const subscriber = monitor.subscribe("0", [`namespace==${namespace}`]);
      expect(run("wasm", "traps", ["abort"], "--rm").code).toBe(134);
      const events = await subscriber.want(7);
      expect(story(events)).toEqual([
        "/tasks/create",
        "/tasks/start",
        "/wrun/module",
        expect.stringMatching(/^\/wrun\/module unreachable/),
        "/wrun/exit 134 trapped",
        "/tasks/exit 134",
        "/tasks/delete 134",
      ] as string[]);
      expect(events[0]?.event).toMatchObject({
        containerId: "traps",
        bundle: expect.stringContaining("/traps"),
      });
      expect(events[2]?.event).toMatchObject({
        path: "/app.wasm",
        dialect: "wasi-preview1",
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        size: expect.any(Number),
      });
      const native = monitor.subscribe(events.at(-1)?.place);
      expect(run("native", "seven", ["exit", "7"], "--rm").code).toBe(7);
      expect(story(await native.want(5))).toEqual([
        "/tasks/create",
        "/tasks/start",
        "/wrun/exit 7 exited",
        "/tasks/exit 7",
        "/tasks/delete 7",
      ]);
      subscriber.close();
      native.close();
    });

    test("measures the shims of running containers", async () => {
      expect(run("wasm", "measured", ["sleep"], "--detach").code).toBe(0);
      const subscriber = monitor.subscribe("0", ["event.container_id==measured,topic==/tasks/start"]);
      await subscriber.want(1);
      const address = /http:\/\/[\d.:]+\/metrics/.exec(monitor.log)?.[0];
      const scrape = `console.log(await (await fetch("${address}")).text())`;
      const sample = (): number => {
        const { stdout } = containerd.run([process.execPath, "-e", scrape]);
        return Number(/^wrun_shim_memory_bytes (\d+)$/m.exec(stdout)?.[1]);
      };
      expect(sample()).toBeWithin(1e6, 2e7);
      containerd.ok("task", "kill", "--signal", "KILL", "measured");
      await until("it has been told", () => sample() === 0);
      containerd.ok("task", "delete", "measured");
      containerd.ok("container", "delete", "measured");
      subscriber.close();
    });

    test("hears of a container whose shim was killed, and of what it missed while it was down itself", async () => {
      await monitor.stop();
      expect(run("native", "sleeps", ["sleep"], "--detach").code).toBe(0);
      const shim = [...processesIn(namespaces)].find(([, command]) =>
        /containerd-shim-wrun.*-id sleeps/.test(command),
      );
      containerd.run(["kill", "-KILL", `${shim?.[0]}`]);
      await monitor.start();
      const subscriber = monitor.subscribe("0", ["event.container_id==sleeps"]);
      expect(story(await subscriber.want(5))).toEqual([
        "/tasks/create",
        "/tasks/start",
        "/wrun/exit 137 killed",
        "/tasks/exit 137",
        "/tasks/delete 137",
      ]);
      containerd.ok("container", "delete", "sleeps");
      await monitor.stop();
    });
  });
}

if (skipped !== undefined) test.skip(`the monitor beside containerd: ${skipped}`, () => {});
