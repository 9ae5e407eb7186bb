import { describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
import { processesIn } from "./namespaces.ts";
import { OutputReader } from "./output-reader.ts";
import { openSubjects } from "./subject.ts";
import { deleteTask, makeFileIn, pidsOf, taskOf, untilAttached, untilTask } from "./task.ts";
import { untilNoTraces } from "./traces.ts";

for (const subject of await openSubjects()) {
  const { containerd } = subject;
  // Before it is the program, a process is the low-level runtime, which SIGTERM may end.
  const untilProgramRuns = (pid: number): Promise<void> =>
    until("the program runs", () => / (sleep|spin)$/.test(processesIn(containerd.namespaces).get(pid) ?? ""));

  // runc's shim passes a signal on at once, and the kernel drops what a first process does not handle yet; wrun's waits.
  const untilStopped = async (id: string): Promise<void> =>
    until(`${id} is stopped`, () => {
      if (!subject.isOurs) containerd.ctr("task", "kill", "--signal", "TERM", id);
      return taskOf(containerd, id)?.status === "STOPPED";
    });

  describe(subject.title, () => {
    test("lists a running task by the pid of its program", async () => {
      const id = subject.start(["sleep"]);
      const { pid, status } = taskOf(containerd, id) ?? { pid: 0, status: "none" };
      expect(status).toBe("RUNNING");
      await untilProgramRuns(pid);
      expect(processesIn(containerd.namespaces).get(pid)).toEndWith(`${subject.program} sleep`);
      expect([...pidsOf(containerd, id)]).toEqual([[pid, "-"]]);
      containerd.ok("task", "kill", "--signal", "KILL", id);
      await untilTask(containerd, id, "STOPPED");
      expect(deleteTask(containerd, id)).toBe(137);
      await untilNoTraces(containerd);
    });

    test("stops at SIGTERM with 143, or ignores it as the kernel has it for a first process", async () => {
      const id = subject.start(["sleep"]);
      // The shim waits for an engine by itself.
      if (subject.kind === "native") await untilProgramRuns(taskOf(containerd, id)?.pid ?? 0);
      containerd.ok("task", "kill", "--signal", "TERM", id);
      if (subject.kind === "native") containerd.ok("task", "kill", "--signal", "KILL", id);
      await untilStopped(id);
      expect(deleteTask(containerd, id)).toBe(subject.kind === "wasm" ? 143 : 137);
    });

    test("stops a program that only computes", async () => {
      const id = subject.start(["spin"]);
      containerd.ok("task", "kill", "--signal", subject.kind === "wasm" ? "TERM" : "KILL", id);
      await untilStopped(id);
      expect(deleteTask(containerd, id)).toBe(subject.kind === "wasm" ? 143 : 137);
    });

    test("pauses and resumes, and refuses what makes no sense", () => {
      const id = subject.start(["sleep"]);
      containerd.ok("task", "pause", id);
      expect(taskOf(containerd, id)?.status).toBe("PAUSED");
      expect(containerd.ctr("task", "pause", id).code).toBe(1);
      containerd.ok("task", "resume", id);
      expect(taskOf(containerd, id)?.status).toBe("RUNNING");
      const { code, stderr } = containerd.ctr("task", "delete", id);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/must be stopped/) });
      subject.remove(id);
    });

    test("measures a task, running or stopped", async () => {
      const id = subject.start(["sleep"]);
      const metrics = () =>
        JSON.parse(containerd.ok("task", "metrics", "--format", "json", id)) as Record<string, unknown>;
      expect(metrics()).toMatchObject({
        memory: { usage: { usage: expect.anything() } },
        cpu: { usage: { total: expect.anything() } },
        pids: { current: expect.anything() },
      });
      containerd.ok("task", "kill", "--signal", "KILL", id);
      await untilTask(containerd, id, "STOPPED");
      expect(metrics()).toHaveProperty("memory");
      deleteTask(containerd, id);
    });

    test("answers not found for what is gone", async () => {
      const id = subject.start(["sleep"]);
      containerd.ok("task", "kill", "--signal", "KILL", id);
      await untilTask(containerd, id, "STOPPED");
      expect(containerd.ctr("task", "kill", "--signal", "KILL", id).stderr).toMatch(/not found/);
      deleteTask(containerd, id);
      expect(containerd.ctr("task", "delete", id).stderr).toMatch(/not found/);
    });

    test("can be attached to, for the output that follows and the exit code", async () => {
      const id = subject.start(["await", "/attached", ",", "echo", "late", ",", "exit", "3"]);
      const attached = containerd.spawn(containerd.ctrCommand(["task", "attach", id]));
      await untilAttached(containerd, id);
      makeFileIn(containerd, id, "/attached");
      expect(await new OutputReader(attached.stdout).rest()).toBe("late\n");
      expect(await attached.exited).toBe(3);
      subject.remove(id);
    });

    test("runs two at once, each with a shim of its own", async () => {
      await untilNoTraces(containerd);
      const ids = [subject.start(["sleep"]), subject.start(["sleep"])];
      const shims = (): string[] =>
        [...processesIn(containerd.namespaces).values()].filter((command) => /shim/.test(command));
      expect(shims().length).toBeGreaterThanOrEqual(2);
      await until("there are two shims", () => shims().length === 2);
      for (const id of ids) subject.remove(id);
      await untilNoTraces(containerd);
    });
  });
}
