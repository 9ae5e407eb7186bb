import { mkdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
import { nativeProgram } from "./images.ts";
import { openSubjects } from "./subject.ts";
import { deleteTask, taskOf, untilTask } from "./task.ts";
import { tracesOf, untilNoTraces } from "./traces.ts";

for (const subject of await openSubjects()) {
  const { containerd } = subject;
  const folder = containerd.places.folder;
  const text = (path: string): string => readFileSync(path, "utf8");

  describe(`output of ${subject.title}`, () => {
    test("arrives whole, all 100 MB of it", () => {
      const lines = "1640000";
      const command = subject.runCommand(subject.newId(), ["flood", lines], ["--rm"]);
      const sum = (words: readonly string[]): string =>
        containerd.run(["sh", "-c", '"$@" | cksum', "sh", ...words]).stdout;
      expect(sum(command)).toBe(sum([nativeProgram("toolbox"), "flood", lines]));
    }, 60_000);

    // Under load runc's shim now and then loses it.
    if (subject.isOurs)
      test("is there however fast the container ends", () => {
        const outputs = Array.from({ length: 15 }, () => subject.run(["echo", "quick"]).stdout);
        expect(new Set(outputs)).toEqual(new Set(["quick\n"]));
      }, 30_000);

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
      await until("the logger has it all", () => text(`${logs}/${id}.out`).length === 4 + 3000 * 64);
      expect(text(`${logs}/${id}.err`)).toBe("err\n");
      expect(text(`${logs}/${id}.who`)).toBe(`${containerd.namespace} ${id}\n`);
      await until("the logger has ended", () => tracesOf(containerd).processes.length === 0);
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
      const id = subject.start(["nap", "500", ",", "flood", "4000", ",", "exit", "5"]);
      await Bun.sleep(700);
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
