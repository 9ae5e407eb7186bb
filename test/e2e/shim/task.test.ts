import { existsSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { statusCode } from "../../../shim/transport/status.ts";
import { until } from "../containers.ts";
import { processesIn } from "../containerd/namespaces.ts";
import { untilNoTracesInside } from "./traces.ts";
import { processSpec } from "./bundles.ts";
import { refusal } from "./driven-shim.ts";
import { lowLevelRuntimes } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { runcOptions, tomlOptions } from "./options.ts";

const { notFound, alreadyExists, failedPrecondition, unimplemented, invalidArgument } = statusCode;
const kinds = ["wasm", "native"] as const;

for (const lowLevel of lowLevelRuntimes) {
  for (const kind of kinds) {
    describe(`a ${kind} task on ${lowLevel}`, () => {
      test("is made with the pid of its process, in its own namespaces already, and Connect says the same", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        containerd.bundle("a", { kind, words: ["sleep"] });
        const shim = await containerd.start("a");
        const pid = await shim.create("a");
        const link = (of: number, name: string): string =>
          readlinkSync(containerd.namespaces.path(`/proc/${of}/${name}`));
        const [shimPid = 0] = containerd.shims;
        for (const name of ["net", "mnt", "pid", "uts", "ipc"])
          expect(link(pid, `ns/${name}`)).not.toBe(link(shimPid, `ns/${name}`));
        expect(await shim.task.connect({ id: "a" })).toMatchObject({ shimPid, taskPid: pid });
        expect(await shim.task.state({ id: "a" })).toMatchObject({ pid, id: "a" });
        expect((await shim.task.start({ id: "a" })).pid).toBe(pid);
        expect(await shim.remove("a")).toBe(137);
      });

      test("has processes from its creation on, so that containerd keeps it, until it is deleted", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        containerd.bundle("a", { kind, words: ["sleep"] });
        const shim = await containerd.start("a");
        const pids = async (): Promise<number[]> =>
          (await shim.task.pids({ id: "a" })).processes.map(({ pid }) => pid ?? 0);
        const pid = await shim.create("a");
        expect(await pids()).toEqual([pid]);
        await shim.task.start({ id: "a" });
        expect(await pids()).toEqual([pid]);
        await shim.task.kill({ id: "a", signal: 9 });
        await shim.task.wait({ id: "a" });
        // A containerd that starts (1.7 to 2.3.3) would clean up what has none, or answers an error.
        expect(await pids()).toEqual([pid]);
        await shim.task.delete({ id: "a" });
        expect(await refusal(pids())).toBe(notFound);
      });

      test("is told of in order, from its creation to its deletion, with all that its events say", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: ["exit", "7"] });
        const shim = await containerd.start("a");
        const pid = await shim.run("a");
        expect(await shim.end("a")).toBe(7);
        const topics = await containerd.events.topicsOf("a", "/tasks/delete");
        expect(topics).toEqual(["/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete"]);
        const [create, start, exit, deletion] = containerd.events.of("a").map(({ fields }) => fields);
        const at = { seconds: expect.any(Number) };
        expect(create).toMatchObject({ bundle, pid, rootfs: [expect.objectContaining({ type: "overlay" })] });
        expect(start).toMatchObject({ pid });
        expect(exit).toMatchObject({ id: "a", pid, exitStatus: 7, exitedAt: at });
        expect(deletion).toMatchObject({ pid, exitStatus: 7, exitedAt: at });
        expect(new Set(containerd.events.told.map(({ namespace }) => namespace))).toEqual(
          new Set([containerd.namespace]),
        );
      });

      test("answers everybody who waits, before and after its end", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        containerd.bundle("a", { kind, words: ["exit", "3"] });
        const shim = await containerd.start("a");
        await shim.create("a");
        const waiting = Array.from({ length: 200 }, () => shim.task.wait({ id: "a" }));
        await shim.task.start({ id: "a" });
        const ends = await Promise.all(waiting);
        expect(new Set(ends.map(({ exitStatus }) => exitStatus))).toEqual(new Set([3]));
        expect((await shim.task.wait({ id: "a" })).exitedAt).toEqual(ends[0]?.exitedAt);
        await shim.task.delete({ id: "a" });
      });
    });
  }

  describe(`the shim on ${lowLevel}`, () => {
    test("answers Delete of what was never made with not found, in both versions of the service", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a");
      const shim = await containerd.start("a");
      for (const version of [2, 3] as const) {
        const task = shim.version(version);
        for (const request of [{ id: "a" }, { id: "" }, {}, { id: "a", execId: "e" }])
          expect(await refusal(task.delete(request))).toBe(notFound);
      }
    });

    test("can be done with after a Create that failed: Delete finds nothing, Shutdown ends it, all is gone", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a");
      const shim = await containerd.start("a");
      rmSync(`${containerd.bundleOf("a")}.layers/image/app.wasm`);
      expect(await refusal(shim.create("a"))).toBeGreaterThan(0);
      expect(await refusal(shim.task.delete({ id: "a" }))).toBe(notFound);
      await shim.task.shutdown({ id: "a", now: true });
      await shim.ended;
      await untilNoTracesInside(containerd);
      expect(containerd.events.told).toEqual([]);
      // containerd calls `delete` all the same.
      expect(await containerd.delete("a")).toMatchObject({ exitStatus: 137 });
      await untilNoTracesInside(containerd);
    });

    test("answers each call that makes no sense with the code that containerd expects, and lives on", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { kind: "native", words: ["sleep"] });
      const shim = await containerd.start("a");
      const { task } = shim;
      await shim.create("a");
      expect(await refusal(shim.create("a"))).toBe(alreadyExists);
      expect(await refusal(task.delete({ id: "a", execId: "none" }))).toBe(notFound);
      expect(await refusal(task.start({ id: "a", execId: "none" }))).toBe(notFound);
      expect(await refusal(task.pause({ id: "a" }))).toBe(failedPrecondition);
      await task.start({ id: "a" });
      expect(await refusal(task.start({ id: "a" }))).toBe(failedPrecondition);
      expect(await refusal(task.delete({ id: "a" }))).toBe(failedPrecondition);
      expect(await refusal(task.resume({ id: "a" }))).toBe(failedPrecondition);
      expect(await refusal(task.checkpoint({ id: "a", path: "/tmp" }))).toBe(unimplemented);
      expect(await refusal(task.exec({ id: "a", execId: "" }))).toBe(invalidArgument);
      await task.exec({ id: "a", execId: "e" });
      expect(await refusal(task.exec({ id: "a", execId: "e" }))).toBe(alreadyExists);
      expect(await refusal(task.kill({ id: "a", execId: "e", signal: 9 }))).toBe(failedPrecondition);
      await task.kill({ id: "a", signal: 9 });
      await task.wait({ id: "a" });
      expect(await refusal(task.kill({ id: "a", signal: 9 }))).toBe(notFound);
      await task.delete({ id: "a" });
      expect(await refusal(task.delete({ id: "a" }))).toBe(notFound);
      expect(await refusal(task.kill({ id: "a", signal: 9 }))).toBe(notFound);
      expect(await refusal(task.state({ id: "a" }))).toBe(notFound);
    });

    // As StopPodSandbox may be called again and again, while the first kill is still under way.
    test("takes a kill of what is just ending for done, or says that there is nothing to kill", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { kind: "native", words: ["sleep"] });
      const shim = await containerd.start("a");
      for (let round = 0; round < 4; round++) {
        await shim.run("a");
        const kills = Array.from({ length: 8 }, () => refusal(shim.task.kill({ id: "a", signal: 9 })));
        expect(await shim.end("a")).toBe(137);
        expect((await Promise.all(kills)).filter((code) => code !== undefined && code !== notFound)).toEqual(
          [],
        );
      }
    });

    test("ends at Shutdown once it holds no container, not before", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      for (const id of ["a", "b"]) containerd.bundle(id, { pod: "a", words: ["sleep"] });
      const shim = await containerd.start("a");
      await containerd.start("b");
      for (const id of ["a", "b"]) await shim.run(id);
      expect(await shim.remove("a")).toBe(137);
      await shim.task.shutdown({ id: "a", now: true });
      expect(await shim.task.state({ id: "b" })).toMatchObject({ id: "b" });
      expect(await shim.remove("b")).toBe(137);
      await shim.task.shutdown({ id: "b" });
      await shim.ended;
      await untilNoTracesInside(containerd);
    });

    test("takes both kinds of options, others with a warning, and keeps no state in the bundle for a relative root", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      const given = {
        none: undefined,
        runc: runcOptions({ binaryName: lowLevel, root: "/run/elsewhere" }),
        relative: runcOptions({ root: "rootfs" }),
        above: runcOptions({ root: "../../up" }),
        toml: tomlOptions(`BinaryName = "${lowLevel}"\nRoot = "/run/toml"\nSystemdCgroup = false\n`),
        other: { type_url: "types.example.org/Some.Options", value: Uint8Array.of(8, 1) },
      };
      const roots = {
        runc: "/run/elsewhere",
        toml: "/run/toml",
      } as Readonly<Record<string, string>>;
      for (const [id, options] of Object.entries(given)) {
        const bundle = containerd.bundle(id, { words: ["sleep"] });
        const shim = await containerd.start(id);
        await shim.run(id, options === undefined ? {} : { options });
        const root = `${roots[id] ?? "/run/wrun/containerd"}/${containerd.namespace}`;
        expect(existsSync(containerd.namespaces.path(`${root}/${id}`))).toBe(true);
        expect(readdirSync(`${bundle}/rootfs`)).toEqual([]);
        expect(readdirSync(`${bundle}.layers/upper`)).not.toContain(containerd.namespace);
        expect(await shim.remove(id)).toBe(137);
        expect(existsSync(containerd.namespaces.path(`${root}/${id}`))).toBe(false);
        expect(containerd.log(id)).toMatch({ relative: /rootfs/, above: /up/, other: /Options/ }[id] ?? /^$/);
        await shim.task.shutdown({ id });
      }
    });

    test("leaves no zombie of what a container's processes leave", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      // In a pod that shares its processes the first process of a container is nobody's init.
      containerd.bundle("pod", { kind: "native", pod: "pod", words: ["sleep"], shared: ["pid"] });
      const shim = await containerd.start("pod");
      await shim.run("pod");
      const spec = (...words: string[]) => processSpec(["/app", ...words]);
      for (let at = 0; at < 5; at++) {
        await shim.task.exec({ id: "pod", execId: `e${at}`, spec: spec("exit", `${at}`) });
        await shim.task.start({ id: "pod", execId: `e${at}` });
        expect((await shim.task.wait({ id: "pod", execId: `e${at}` })).exitStatus).toBe(at);
        await shim.task.delete({ id: "pod", execId: `e${at}` });
      }
      await shim.task.exec({ id: "pod", execId: "still", spec: spec("sleep") });
      await shim.task.start({ id: "pod", execId: "still" });
      expect(await shim.remove("pod")).toBe(137);
      // A zombie has no command line.
      await until("no zombie is left", () => ![...processesIn(containerd.namespaces).values()].includes(""));
      const topics = await containerd.events.topicsOf("pod", "/tasks/delete");
      expect(topics.slice(-3)).toEqual(["/tasks/exit", "/tasks/exit", "/tasks/delete"]);
    });
  });
}
