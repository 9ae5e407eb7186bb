import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
import { containerdVersion } from "./missing.ts";
import { processesIn } from "./namespaces.ts";
import { OutputReader } from "./output-reader.ts";
import { openSubjects } from "./subject.ts";
import { deleteTask, pidsOf, taskOf, untilTask } from "./task.ts";
import { untilNoTraces } from "./traces.ts";

for (const subject of await openSubjects()) {
  const { containerd } = subject;

  describe(`a restart of containerd, ${subject.title}`, () => {
    for (const signal of ["TERM", "KILL"] as const) {
      test(`by SIG${signal} finds the container as it was, and can do everything with it`, async () => {
        const id = subject.start(["sleep"]);
        const before = taskOf(containerd, id);
        await containerd.stop(signal);
        await containerd.start();
        expect(taskOf(containerd, id)).toEqual(before);
        expect([...pidsOf(containerd, id).keys()]).toEqual([before?.pid ?? 0]);
        const exec = ["task", "exec", "--exec-id", "after", id, subject.program, "echo", "still here"];
        expect(containerd.ok(...exec)).toBe("still here\n");
        containerd.ok("task", "kill", "--signal", "KILL", id);
        await untilTask(containerd, id, "STOPPED");
        expect(deleteTask(containerd, id)).toBe(137);
        await untilNoTraces(containerd);
      });
    }

    test("leaves stdin open for who attaches again", async () => {
      const id = subject.start(["cat", "-"]);
      for (const line of ["one\n", "two\n"]) {
        const attached = containerd.spawn(containerd.ctrCommand(["task", "attach", id]));
        await attached.stdin.write(line);
        await attached.stdin.flush();
        await new OutputReader(attached.stdout).until(line);
        // One that loses containerd takes the FIFOs away.
        attached.kill("SIGKILL");
        await attached.exited;
        await containerd.stop("KILL");
        await containerd.start();
        expect(taskOf(containerd, id)?.status).toBe("RUNNING");
      }
      subject.remove(id);
      await untilNoTraces(containerd);
    });

    test("learns how a container ended meanwhile, and loses none of its output", async () => {
      const path = `${containerd.places.folder}/${subject.newId()}.log`;
      const words = ["await", "/away", ",", "echo", "while you were away", ",", "exit", "23"];
      const id = subject.start(words, ["--log-uri", `file://${path}`]);
      const pid = taskOf(containerd, id)?.pid ?? 0;
      await containerd.stop("KILL");
      writeFileSync(containerd.namespaces.path(`/proc/${pid}/root/away`), "");
      await until("it has ended", () => !processesIn(containerd.namespaces).has(pid));
      await containerd.start();
      // From 1.7 on containerd cleans up a shim whose container has no process any more, as runc's then says: its end is
      // not known to anybody, however it was.
      const isForgotten = !subject.isOurs && containerdVersion >= 1.7;
      expect(taskOf(containerd, id)?.status).toBe(isForgotten ? undefined : "STOPPED");
      expect(deleteTask(containerd, id)).toBe(isForgotten ? 0 : 23);
      await until("its output is there", () => readFileSync(path, "utf8") === "while you were away\n");
      await untilNoTraces(containerd);
    });
  });
}
