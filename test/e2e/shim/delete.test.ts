import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { containerd as task } from "../../../proto/gen/task.js";
import { until } from "../../until.ts";
import { type Version, versions } from "./calls.ts";
import { lowLevelRuntimes, missing } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { runcOptions } from "./options.ts";
import { noTracesInside, tracesInside, untilNoTracesInside } from "./traces.ts";

const here: readonly Version[] = missing === undefined ? versions : [];
const killed = { exitStatus: 137, exitedAt: expect.any(Number) };

for (const version of here) {
  describe(`delete, as containerd ${version} calls it`, () => {
    test("answers in one message, and nothing beside it, with debug too", async () => {
      for (const debug of [false, true]) {
        await using containerd = await MockContainerd.open({ version, debug });
        containerd.bundle("a", { words: ["sleep"] });
        const shim = await containerd.start("a");
        const pid = await shim.run("a");
        await containerd.killShim();
        const { code, stdout, stderr } = await containerd.callDelete("a");
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const answer = task.task.v3.DeleteResponse.decode(stdout);
        expect([...task.task.v3.DeleteResponse.encode(answer).finish()]).toEqual([...stdout]);
        expect(answer.pid).toBe(pid);
        expect(answer.exitStatus).toBe(137);
        await untilNoTracesInside(containerd);
      }
    });
  });
}

for (const lowLevel of lowLevelRuntimes) {
  for (const kind of ["wasm", "native"] as const) {
    describe(`delete of a ${kind} container on ${lowLevel}`, () => {
      for (const state of ["created", "running", "paused", "ended"] as const) {
        test(`takes all away that a killed shim has left of a container that is ${state}`, async () => {
          await using containerd = await MockContainerd.open({ lowLevel });
          containerd.bundle("a", { kind, words: state === "ended" ? ["exit", "3"] : ["sleep"] });
          const shim = await containerd.start("a");
          const pid = await shim.create("a");
          if (state !== "created") await shim.task.start({ id: "a" });
          if (state === "paused") await shim.task.pause({ id: "a" });
          if (state === "ended") await shim.task.wait({ id: "a" });
          expect(tracesInside(containerd)).not.toEqual(noTracesInside);
          await containerd.killShim();
          expect(await containerd.delete("a")).toEqual({ ...killed, pid });
          await untilNoTracesInside(containerd);
          // containerd may call it again, when it is started.
          expect(await containerd.delete("a")).toEqual({ ...killed, pid });
        });
      }

      test("finds the state where the options put it", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        for (const root of ["/run/elsewhere", "rootfs"]) {
          containerd.bundle("a", { kind, words: ["sleep"] });
          const shim = await containerd.start("a");
          const pid = await shim.run("a", { options: runcOptions({ root }) });
          await containerd.killShim();
          const { code, stdout } = await containerd.callDelete("a");
          expect(code).toBe(0);
          expect(task.task.v3.DeleteResponse.decode(stdout)).toMatchObject({ pid, exitStatus: 137 });
          await untilNoTracesInside(containerd);
        }
      });
    });
  }

  describe(`delete on ${lowLevel}`, () => {
    test("of one container of a pod leaves the others and their shim alone", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      for (const id of ["pod", "app"]) containerd.bundle(id, { pod: "pod", words: ["sleep"] });
      const shim = await containerd.start("pod");
      await containerd.start("app");
      for (const id of ["pod", "app"]) await shim.run(id);
      expect(await shim.remove("app")).toBe(137);
      const processes = (): readonly string[] => tracesInside(containerd).processes;
      await until("the pod and its shim are left", () => processes().length === 2, processes);
      const before = tracesInside(containerd);
      expect(await containerd.delete("app")).toMatchObject(killed);
      expect(tracesInside(containerd)).toEqual(before);
      expect(await shim.task.state({ id: "pod" })).toMatchObject({ id: "pod" });
      expect((await containerd.start("pod")).endpoint).toEqual(shim.endpoint);
      expect(await shim.remove("pod")).toBe(137);
    });

    test("of each container of a pod whose shim was killed takes that one away", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      const ids = ["pod", "one", "two"];
      for (const id of ids) containerd.bundle(id, { pod: "pod", words: ["sleep"] });
      const shim = await containerd.start("pod");
      for (const id of ids) await containerd.start(id);
      for (const id of ids) await shim.run(id);
      await containerd.killShim();
      await Promise.all(ids.map((id) => containerd.delete(id)));
      await untilNoTracesInside(containerd);
    });

    test("needs nothing of the bundle, and finds it by its flag from any folder", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      const bundle = containerd.bundle("a");
      for (const name of ["config.json", "log", "rootfs"]) rmSync(`${bundle}/${name}`, { recursive: true });
      expect(await containerd.delete("a")).toEqual({ ...killed, pid: 0 });
      containerd.bundle("a", { words: ["sleep"] });
      const shim = await containerd.start("a");
      await shim.run("a");
      await containerd.killShim();
      const { code, stdout } = await containerd.callDelete("a", { cwd: "/" });
      expect(code).toBe(0);
      expect(task.task.v3.DeleteResponse.decode(stdout)).toMatchObject({ exitStatus: 137 });
      await untilNoTracesInside(containerd);
    });

    test("is not led astray by what stands in the bundle", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      const bundle = containerd.bundle("a");
      const precious = `${containerd.folder}/precious`;
      writeFileSync(precious, "mine");
      writeFileSync(`${bundle}/init.pid`, "-1");
      writeFileSync(`${bundle}/options.json`, "[]");
      writeFileSync(`${bundle}/address`, `unix://${containerd.folder}/nowhere`);
      expect(await containerd.delete("a")).toMatchObject(killed);
      for (const [name, text] of Object.entries({
        "init.pid": "x".repeat(5000),
        "options.json": "{",
        address: "\0",
      })) {
        writeFileSync(`${bundle}/${name}`, text);
        expect((await containerd.callDelete("a")).code).toBe(0);
      }
      expect(readFileSync(precious, "utf8")).toBe("mine");
    });
  });
}
