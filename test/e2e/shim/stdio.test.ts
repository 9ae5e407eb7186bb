import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { statusCode } from "../../../shim/transport/status.ts";
import { until } from "../containers.ts";
import { refusal } from "./driven-shim.ts";
import { drain, drainAndClose, makeFifo } from "./fifos.ts";
import { lowLevelRuntimes } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { noTracesInside, tracesInside } from "./traces.ts";

const says = ["echo", "out", ",", "warn", "err"];

for (const lowLevel of lowLevelRuntimes) {
  for (const kind of ["wasm", "native"] as const) {
    describe(`standard streams of a ${kind} task on ${lowLevel}`, () => {
      test("may be plain files, which are written at their ends, one for both streams too", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: says });
        const [stdout, stderr] = [`${bundle}.out`, `${bundle}.err`];
        writeFileSync(stdout, "before\n");
        writeFileSync(stderr, "");
        const shim = await containerd.start("a");
        await shim.run("a", { stdout, stderr });
        expect(await shim.end("a")).toBe(0);
        expect(readFileSync(stdout, "utf8")).toBe("before\nout\n");
        expect(readFileSync(stderr, "utf8")).toBe("err\n");
        await shim.run("a", { stdout, stderr: stdout });
        expect(await shim.end("a")).toBe(0);
        expect(readFileSync(stdout, "utf8")).toBe("before\nout\nout\nerr\n");
      });

      test("may be devices, and nothing at all", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        containerd.bundle("a", { kind, words: ["count", ",", ...says] });
        const shim = await containerd.start("a");
        const nowhere = "/dev/null";
        for (const streams of [{}, { stdin: nowhere, stdout: nowhere, stderr: nowhere }]) {
          await shim.run("a", streams);
          expect(await shim.end("a")).toBe(0);
        }
      });

      test("may have a plain file to read", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: ["cat", "-"] });
        const [stdin, stdout] = [`${bundle}.in`, `${bundle}.out`];
        writeFileSync(stdin, "line\n".repeat(50_000));
        writeFileSync(stdout, "");
        const shim = await containerd.start("a");
        await shim.run("a", { stdin, stdout });
        expect(await shim.end("a")).toBe(0);
        expect(readFileSync(stdout, "utf8")).toBe("line\n".repeat(50_000));
      });

      test("may be FIFOs that nobody has opened: nothing waits for that, and stdin ends when it is closed", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: ["count", ",", ...says] });
        const [stdin, stdout, stderr] = [`${bundle}.in`, `${bundle}.out`, `${bundle}.err`];
        for (const path of [stdin, stdout, stderr]) closeSync(makeFifo(path));
        const shim = await containerd.start("a");
        await shim.run("a", { stdin, stdout, stderr });
        await shim.task.closeIO({ id: "a", stdin: true });
        expect(await shim.end("a")).toBe(0);
      });

      test("keep what was written while the reader is away, and stdin open while the writer is", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: ["cat", "-"] });
        const [stdin, stdout] = [`${bundle}.in`, `${bundle}.out`];
        closeSync(makeFifo(stdin));
        closeSync(makeFifo(stdout));
        const shim = await containerd.start("a");
        await shim.run("a", { stdin, stdout });
        for (const line of ["one\n", "two\n"]) {
          const writer = openSync(stdin, "w");
          writeSync(writer, line);
          closeSync(writer);
        }
        await shim.task.closeIO({ id: "a", stdin: true });
        await shim.task.wait({ id: "a" });
        const reader = openSync(stdout, constants.O_RDONLY | constants.O_NONBLOCK);
        expect(drainAndClose(reader)).toBe("one\ntwo\n");
        await shim.task.delete({ id: "a" });
      });

      test("have an input that is over where all writers have closed it before the start", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const words = ["cat", "-", ",", "echo", ",", "cat", "/dev/stdin", ",", "echo", "done"];
        const bundle = containerd.bundle("a", { kind, words });
        const [stdin, stdout] = [`${bundle}.in`, `${bundle}.out`];
        closeSync(makeFifo(stdin));
        writeFileSync(stdout, "");
        const shim = await containerd.start("a");
        await shim.create("a", { stdin, stdout });
        for (const text of ["one", "two"]) {
          const writer = openSync(stdin, "w");
          writeSync(writer, text);
          closeSync(writer);
        }
        await shim.task.start({ id: "a" });
        expect(await shim.end("a")).toBe(0);
        expect(readFileSync(stdout, "utf8")).toBe("onetwo\ndone\n");
      });

      test("have an input that was ended before the start, and lasts as long as its writer", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: ["cat", "-"] });
        const [stdin, stdout] = [`${bundle}.in`, `${bundle}.out`];
        closeSync(makeFifo(stdin));
        writeFileSync(stdout, "");
        const shim = await containerd.start("a");
        await shim.create("a", { stdin, stdout });
        const writer = openSync(stdin, "w");
        await shim.task.closeIO({ id: "a", stdin: true });
        await shim.task.start({ id: "a" });
        writeSync(writer, "still here\n");
        closeSync(writer);
        expect(await shim.end("a")).toBe(0);
        expect(readFileSync(stdout, "utf8")).toBe("still here\n");
      });

      test("may be a terminal whose writers come and go, before the start and after it", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", {
          kind,
          words: ["cat", "-", ",", "echo", "done"],
          terminal: true,
        });
        const [stdin, stdout] = [`${bundle}.in`, `${bundle}.out`];
        closeSync(makeFifo(stdin));
        writeFileSync(stdout, "");
        const shim = await containerd.start("a");
        await shim.create("a", { stdin, stdout, terminal: true });
        const type = (text: string): void => {
          const writer = openSync(stdin, "w");
          writeSync(writer, text);
          closeSync(writer);
        };
        type("one\n");
        await shim.task.start({ id: "a" });
        type("two\n");
        const lines = (): readonly string[] => readFileSync(stdout, "utf8").trimEnd().split("\r\n");
        // Each once from the terminal, which echoes, and once from the program.
        await until("both are back", () => lines().length === 4, lines);
        type("\u0004");
        expect(await shim.end("a")).toBe(0);
        expect(lines().toSorted()).toEqual(["done", "one", "one", "two", "two"]);
      });

      test("may be a terminal whose output goes to a plain file", async () => {
        await using containerd = await MockContainerd.open({ lowLevel });
        const bundle = containerd.bundle("a", { kind, words: ["tty", ",", ...says], terminal: true });
        const stdout = `${bundle}.out`;
        writeFileSync(stdout, "");
        const shim = await containerd.start("a");
        await shim.run("a", { stdout, terminal: true });
        expect(await shim.end("a")).toBe(0);
        expect(readFileSync(stdout, "utf8")).toBe("111\r\nout\r\nerr\r\n");
      });
    });
  }

  describe(`standard streams on ${lowLevel}`, () => {
    test("that are not there fail the Create by their name, and nothing of it is left", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a");
      const shim = await containerd.start("a");
      for (const name of ["stdin", "stdout", "stderr"] as const) {
        const failed = shim.create("a", { [name]: `/nowhere/${name}` });
        expect(await failed.then(String, String)).toContain(`/nowhere/${name}`);
      }
      const left = tracesInside(containerd);
      expect(left).toMatchObject({
        ...noTracesInside,
        processes: [expect.anything()],
        sockets: [expect.anything()],
      });
      expect(await shim.run("a")).toBeGreaterThan(0);
      expect(await shim.end("a")).toBe(0);
    });

    test("fail the Create where a terminal is wanted and config.json has none, or the other way round", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      containerd.bundle("a", { words: ["sleep"] });
      containerd.bundle("t", { words: ["sleep"], terminal: true, pod: "a" });
      const shim = await containerd.start("a");
      for (let at = 0; at < 3; at++) {
        expect(await refusal(shim.create("a", { terminal: true }))).toBe(statusCode.unknown);
        expect(await refusal(shim.create("t"))).toBe(statusCode.unknown);
      }
      await until("only the shim is left", () => tracesInside(containerd).processes.length === 1);
      expect(tracesInside(containerd)).toMatchObject({ mounts: [], cgroups: [], states: [] });
      // What a container's processes leave is still reaped.
      await shim.run("a");
      expect(await shim.remove("a")).toBe(137);
    });

    test("leave no descriptor in the shim when their containers are gone", async () => {
      await using containerd = await MockContainerd.open({ lowLevel });
      const bundle = containerd.bundle("a", { words: says });
      containerd.bundle("t", { words: says, terminal: true, pod: "a" });
      const shim = await containerd.start("a");
      await containerd.start("t");
      const paths = ["in", "out", "err"].map((name) => `${bundle}.${name}`);
      for (const path of paths) closeSync(makeFifo(path));
      const [stdin = "", stdout = "", stderr = ""] = paths;
      const reader = openSync(stdout, constants.O_RDONLY | constants.O_NONBLOCK);
      const once = async (): Promise<number> => {
        await shim.run("a", { stdin, stdout, stderr });
        await shim.end("a");
        await shim.run("t", { stdin, stdout, terminal: true });
        await shim.end("t");
        return containerd.descriptors;
      };
      const before = await once();
      for (let at = 0; at < 5; at++) await once();
      await until("no descriptor is left", () => containerd.descriptors <= before);
      expect(drain(reader)).toContain("out");
      closeSync(reader);
    });
  });
}
