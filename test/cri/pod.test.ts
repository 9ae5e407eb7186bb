import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "bun:test";
import { untilNoTraces } from "../e2e/containerd/traces.ts";
import { hangTimeoutMs, until } from "../until.ts";
import { openHandlers, toolsOf } from "./handlers.ts";
import type { Pod } from "./pod.ts";

for (const handler of await openHandlers()) {
  for (const kind of handler.kinds) {
    const { image, program } = toolsOf(kind);
    const pods: Pod[] = [];
    const pod = async (): Promise<Pod> => {
      const made = await handler.pod();
      pods.push(made);
      return made;
    };
    const tools = (name: string, ...words: string[]) => ({ name, image, command: [program, ...words] });

    describe(`a pod of handler ${handler.title} with a ${kind} container`, () => {
      afterEach(async () => {
        for (const made of pods.splice(0)) await made.remove();
      });

      test("runs it to its end, with its log on disk and nothing left after", async () => {
        const made = await pod();
        expect(await made.status()).toMatchObject({ state: 0, runtimeHandler: handler.name });
        const app = await made.start(
          tools("app", "echo", "hello pod", ",", "warn", "careful", ",", "exit", "7"),
        );
        expect(await app.ended()).toMatchObject({ exitCode: 7, reason: "Error" });
        await app.logged("hello pod");
        await app.logged("careful", "stderr");
        expect(app.text("stdout")).toEqual(["hello pod"]);
        expect(app.text("stderr")).toEqual(["careful"]);
        await pods.splice(0)[0]?.remove();
        await untilNoTraces(handler.containerd);
      });

      test("answers exec probes with their output and exit code", async () => {
        const app = await (await pod()).start(tools("app", "sleep"));
        const probe = await app.execSync([program, "cat", "/etc/motd", ",", "warn", "tut", ",", "exit", "4"]);
        expect(probe).toEqual({ stdout: "from the image\n", stderr: "tut\n", code: 4 });
        const probes = Array.from({ length: 8 }, () => app.execSync([program, "echo", "alive"]));
        for (const { stdout, code } of await Promise.all(probes))
          expect({ stdout, code }).toEqual({ stdout: "alive\n", code: 0 });
      });

      test("kills an exec probe that takes too long", async () => {
        const app = await (await pod()).start(tools("app", "sleep"));
        const late = await app.execSync([program, "sleep"], 1).catch(String);
        expect(late).toMatch(/deadline|timeout/i);
        expect(await app.execSync([program, "echo", "next"])).toMatchObject({ stdout: "next\n" });
        expect(await app.status()).toMatchObject({ state: "CONTAINER_RUNNING" });
      });

      test("stops it with a grace period, and by force after that", async () => {
        const app = await (await pod()).start(tools("app", "echo", "up", ",", "sleep"));
        await app.logged("up");
        // What ignores SIGTERM, as a native first process does without a handler, is killed when its time is up.
        await app.stop(kind === "wasm" ? hangTimeoutMs / 1000 : 1);
        expect(await app.ended()).toMatchObject({ exitCode: kind === "wasm" ? 143 : 137 });
      });

      test("gives statistics of a running container", async () => {
        const app = await (await pod()).start(tools("app", "sleep"));
        expect(await app.stats()).toMatchObject({
          attributes: { id: app.id },
          cpu: { usageCoreNanoSeconds: { value: expect.any(Number) } },
          memory: { workingSetBytes: { value: expect.any(Number) }, usageBytes: expect.anything() },
        });
        const { cpu } = (await app.stats()) as { cpu: { usageCoreNanoSeconds: { value: number } } };
        expect(cpu.usageCoreNanoSeconds.value).toBeGreaterThan(0);
      });

      test("changes its limits while it runs", async () => {
        const app = await (await pod()).start(tools("app", "sleep"));
        await app.update({ memoryLimitInBytes: 96 << 20, cpuPeriod: 100_000, cpuQuota: 50_000 });
        const file = (controller: string, name: string): string =>
          readFileSync(
            `/sys/fs/cgroup/${controller}/${handler.containerd.cgroupParent}/${app.id}/${name}`,
            "utf8",
          );
        expect(file("memory", "memory.limit_in_bytes")).toBe(`${96 << 20}\n`);
        expect(file("cpu", "cpu.cfs_quota_us")).toBe("50000\n");
      });

      test("is told that it ran out of memory", async () => {
        const volume = `${handler.containerd.places.folder}/memory`;
        const config = {
          linux: { resources: { memoryLimitInBytes: 48 << 20 } },
          mounts: [{ containerPath: "/scratch", hostPath: volume }],
        };
        handler.containerd.run(["sh", "-c", 'mkdir -p "$0" && mount -t tmpfs tmpfs "$0"', volume]);
        const app = await (await pod()).start({ ...tools("app", "fill", "/scratch/big", "96"), config });
        expect(await app.ended()).toMatchObject({ exitCode: 137 });
        // containerd may hear of the end before it hears of its reason. On a busy machine it never hears of it from runc's own
        // shim, which reads the eventfd of a cgroup that may be removed by then.
        const reason = async (): Promise<string> => (await app.status()).reason;
        if (handler.name === "wrun")
          await until("the reason is OOMKilled", async () => (await reason()) === "OOMKilled");
        handler.containerd.run(["umount", volume]);
      });

      test("gets what its spec says: variables, a volume, a user, a read-only root", async () => {
        const volume = `${handler.containerd.places.folder}/volume`;
        mkdirSync(volume, { recursive: true, mode: 0o777 });
        chmodSync(volume, 0o777);
        const config = {
          envs: [{ key: "COLOUR", value: "green" }],
          mounts: [{ containerPath: "/data", hostPath: volume }],
          linux: {
            securityContext: {
              runAsUser: { value: 1000 },
              runAsGroup: { value: 1000 },
              readonlyRootfs: true,
            },
          },
        };
        const words = ["env", ",", "write", "/data/note", "mine", ",", "write", "/etc/motd", "no"];
        const app = await (await pod()).start({ ...tools("app", ...words), config });
        await app.ended();
        await app.logged("/etc/motd: Read-only file system");
        expect(app.text()).toEqual(
          expect.arrayContaining([
            "COLOUR=green",
            "GREETING=good day",
            "wrote /data/note",
            "/etc/motd: Read-only file system",
          ]),
        );
        expect(statSync(`${volume}/note`)).toMatchObject({ uid: 1000, gid: 1000 });
        rmSync(volume, { recursive: true });
      });

      test("logs long lines in parts, and each with its time and stream", async () => {
        const app = await (await pod()).start(tools("app", "echo", "x".repeat(40_000), ",", "echo", "end"));
        await app.ended();
        await app.logged("end");
        const lines = app.lines();
        expect(lines.every((line) => /^\d{4}-\d\d-\d\dT\S+ stdout [FP] /.test(line))).toBe(true);
        expect(lines.filter((line) => line.includes(" stdout P "))).toHaveLength(2);
        expect(app.text().join("")).toBe(`${"x".repeat(40_000)}end`);
      });

      test("outlives a restart of containerd, which goes on with the log and learns of the end", async () => {
        const volume = `${handler.containerd.places.folder}/restart`;
        mkdirSync(volume, { recursive: true });
        const config = { mounts: [{ containerPath: "/turn", hostPath: volume }] };
        // What is unread when it hears of the end a containerd 1.6 that was restarted may throw away, under runc's shim, too.
        const flood = ["await", "/turn/restarted", ",", "flood", "3000", ",", "await", "/turn/read"];
        const words = ["echo", "before", ",", ...flood, ",", "exit", "5"];
        const app = await (await pod()).start({ ...tools("app", ...words), config });
        await app.logged("before");
        await handler.containerd.stop("KILL");
        await handler.containerd.start();
        writeFileSync(`${volume}/restarted`, "");
        await app.logged(String(2999).padStart(63, "0"));
        writeFileSync(`${volume}/read`, "");
        expect(await app.ended()).toMatchObject({ exitCode: 5 });
        rmSync(volume, { recursive: true });
        expect(app.text().slice(1).map(Number)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
      });
    });
  }
}
