import { readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
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

    test("learns how a container ended meanwhile, and loses none of its output", async () => {
      const path = `${containerd.places.folder}/${subject.newId()}.log`;
      const words = ["nap", "600", ",", "echo", "while you were away", ",", "exit", "23"];
      const id = subject.start(words, ["--log-uri", `file://${path}`]);
      await containerd.stop("KILL");
      await until("it has ended", () => readFileSync(path, "utf8") !== "");
      await Bun.sleep(100);
      await containerd.start();
      expect(taskOf(containerd, id)?.status).toBe("STOPPED");
      expect(deleteTask(containerd, id)).toBe(23);
      expect(readFileSync(path, "utf8")).toBe("while you were away\n");
      await untilNoTraces(containerd);
    });
  });
}
