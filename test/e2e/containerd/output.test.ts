import { closeSync, constants, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { until } from "../containers.ts";
import type { Containerd } from "./containerd.ts";
import { nativeProgram } from "./images.ts";
import { openSubjects } from "./subject.ts";
import { deleteTask, makeFileIn, taskOf, untilTask } from "./task.ts";
import { tracesOf, untilNoTraces } from "./traces.ts";

/** The FIFO that ctr reads the output of a container from. */
function fifoOf({ namespaces }: Containerd, id: string): string {
  const folder = namespaces.path("/run/containerd/fifo");
  const name = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
    path.endsWith(`/${id}-stdout`),
  );
  return `${folder}/${name ?? "none"}`;
}

/** Whether nothing more can be written to a FIFO. Opened for both, it is neither waited for nor ended by us. */
function isFull(fifo: string): boolean {
  const [both, pollOut] = [openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK), 4];
  const isWritable = native.poll(Int32Array.of(both, pollOut, 0), 1, 0n) > 0;
  closeSync(both);
  return !isWritable;
}

const flood = ["flood", "1640000"];
/** What cksum says of it. */
let floodSum: string | undefined;

for (const subject of await openSubjects()) {
  const { containerd } = subject;
  const folder = containerd.places.folder;
  const text = (path: string): string => readFileSync(path, "utf8");

  describe(`output of ${subject.title}`, () => {
    test("arrives whole, all 100 MB of it", () => {
      const sum = (words: readonly string[]): string =>
        containerd.run(["sh", "-c", '"$@" | cksum', "sh", ...words]).stdout;
      floodSum ??= sum([nativeProgram("toolbox"), ...flood]);
      expect(sum(subject.runCommand(subject.newId(), flood, ["--rm"]))).toBe(floodSum);
    });

    // Under load runc's shim now and then loses it.
    if (subject.isOurs)
      test("is there however fast the container ends", () => {
        const outputs = Array.from({ length: 15 }, () => subject.run(["echo", "quick"]).stdout);
        expect(new Set(outputs)).toEqual(new Set(["quick\n"]));
      });

    test("goes nowhere where nobody wants it", () => {
      const { code, stdout } = subject.run(["flood", "20000", ",", "exit", "3"], ["--null-io"]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    });

    // Of a program that has ended at once runc's shim now and then writes nothing there: on 1.6 and 1.7, under load.
    if (subject.isOurs)
      test("is appended to a file that the caller names", async () => {
        const path = `${folder}/${subject.newId()}.log`;
        for (const words of [
          ["echo", "one"],
          ["warn", "two"],
        ]) {
          const id = subject.start(words, ["--log-uri", `file://${path}`]);
          await untilTask(containerd, id, "STOPPED");
          deleteTask(containerd, id);
        }
        expect(text(path)).toBe("one\ntwo\n");
      });

    test("goes to a program that the caller names, stdout and stderr apart", async () => {
      const logs = `${folder}/logs`;
      mkdirSync(logs, { recursive: true });
      const uri = `binary://${nativeProgram("logger")}?dir=${logs}`;
      const id = subject.start(["echo", "out", ",", "warn", "err", ",", "flood", "3000"], ["--log-uri", uri]);
      await untilTask(containerd, id, "STOPPED");
      deleteTask(containerd, id);
      const wrote = (): number => text(`${logs}/${id}.out`).length;
      await until("the logger has it all", () => wrote() === 4 + 3000 * 64, wrote);
      const left = (): readonly string[] => tracesOf(containerd).processes;
      await until("the logger has ended", () => left().length === 0, left);
      expect(text(`${logs}/${id}.err`)).toBe("err\n");
      expect(text(`${logs}/${id}.who`)).toBe(`${containerd.namespace} ${id}\n`);
    });

    test("is refused where the program that is to have it cannot run", async () => {
      const id = subject.newId();
      const flags = ["--detach", "--log-uri", "binary:///nowhere/logger"];
      const { code, stderr } = containerd.run(subject.runCommand(id, ["echo"], flags));
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("/nowhere/logger") });
      containerd.ok("container", "delete", id);
      await untilNoTraces(containerd);
    });

    test("holds a program up that nobody reads, and not its shim", async () => {
      // Until it has gone, the ctr that starts it reads.
      const id = subject.start(["await", "/go", ",", "flood", "4000", ",", "exit", "5"]);
      makeFileIn(containerd, id, "/go");
      await until("its output is full", () => isFull(fifoOf(containerd, id)));
      expect(taskOf(containerd, id)?.status).toBe("RUNNING");
      const attached = containerd.spawn(containerd.ctrCommand(["task", "attach", id]));
      const lines = (await new Response(attached.stdout).text()).trimEnd().split("\n");
      // As above.
      if (subject.isOurs) expect(lines.map(Number)).toEqual(Array.from({ length: 4000 }, (_, i) => i));
      expect(await attached.exited).toBe(5);
      subject.remove(id);
      await untilNoTraces(containerd);
    });
  });
}
