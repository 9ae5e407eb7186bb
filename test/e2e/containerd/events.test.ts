import { afterAll, describe, expect, test } from "bun:test";
import { openSubjects } from "./subject.ts";
import { TaskEvents } from "./events.ts";
import { deleteTask, taskOf, untilTask } from "./task.ts";

const subjects = await openSubjects();

for (const subject of subjects) {
  const { containerd } = subject;
  const events = await TaskEvents.open(containerd);
  afterAll(() => events.close());
  // runc's shim may end before it has told of the deletion; under containerd 2 it often does.
  const last = subject.isOurs ? "/tasks/delete" : "/tasks/exit";

  describe(`events of ${subject.title}`, () => {
    test("tell a task's life in order, with all that they hold", async () => {
      const id = subject.start(["sleep"]);
      const pid = taskOf(containerd, id)?.pid;
      containerd.ok("task", "pause", id);
      containerd.ok("task", "resume", id);
      containerd.ctr("task", "exec", "--exec-id", "side", id, subject.program, "exit", "3");
      containerd.ok("task", "kill", "--signal", "KILL", id);
      await untilTask(containerd, id, "STOPPED");
      deleteTask(containerd, id);

      const { namespace, places } = containerd;
      const stream = (name: string) => expect.stringMatching(new RegExp(`^/.*/${id}-${name}$`));
      const container = { container_id: id };
      const side = { pid: expect.any(Number), exit_status: 3, exited_at: expect.anything() };
      const end = { pid, exit_status: 137, exited_at: expect.anything() };
      const told = await events.of(id, last);
      const expected = [
        {
          topic: "/tasks/create",
          fields: {
            ...container,
            bundle: `${places.folder}/state/io.containerd.runtime.v2.task/${namespace}/${id}`,
            rootfs: [expect.objectContaining({ type: "overlay", source: "overlay" })],
            io: { stdin: stream("stdin"), stdout: stream("stdout"), stderr: stream("stderr") },
            pid,
          },
        },
        { topic: "/tasks/start", fields: { ...container, pid } },
        { topic: "/tasks/paused", fields: container },
        { topic: "/tasks/resumed", fields: container },
        { topic: "/tasks/exec-added", fields: { ...container, exec_id: "side" } },
        { topic: "/tasks/exec-started", fields: { ...container, exec_id: "side", pid: expect.any(Number) } },
        { topic: "/tasks/exit", fields: { ...container, id: "side", ...side } },
        { topic: "/tasks/exit", fields: { ...container, id, ...end } },
        ...(subject.isOurs ? [{ topic: "/tasks/delete", fields: { ...container, ...end } }] : []),
      ];
      expect(told.slice(0, expected.length)).toEqual(expected);
    });

    test("start before they exit, however fast the program is", async () => {
      for (let i = 0; i < 5; i++) {
        const id = subject.newId();
        containerd.run(subject.runCommand(id, ["exit", "9"], ["--rm"]));
        const told = await events.of(id, "/tasks/exit");
        const topics = told.map(({ topic }) => topic).slice(0, 3);
        expect(topics).toEqual(["/tasks/create", "/tasks/start", "/tasks/exit"]);
        expect(told[2]?.fields).toMatchObject({ id, exit_status: 9 });
      }
    });

    test("say that a container ran out of memory", async () => {
      const id = subject.newId();
      const flags = [
        "--rm",
        "--memory-limit",
        String(48 << 20),
        "--mount",
        "type=tmpfs,dst=/scratch,options=rw",
      ];
      const { code } = containerd.run(subject.runCommand(id, ["fill", "/scratch/big", "96"], flags));
      expect(code).toBe(137);
      for (const topic of ["/tasks/oom", last]) await events.of(id, topic);
      const told = events.seen(id).map(({ topic }) => topic);
      expect(told.slice(0, 2)).toEqual(["/tasks/create", "/tasks/start"]);
      const rest = told.slice(2).filter((topic) => subject.isOurs || topic !== "/tasks/delete");
      expect(rest.toSorted()).toEqual([...(subject.isOurs ? [last] : []), "/tasks/exit", "/tasks/oom"]);
    });

    test("say nothing of a task that could not be created", async () => {
      const id = subject.newId();
      containerd.run([...subject.runCommand(id, [], ["--rm"]).slice(0, -1), "/nowhere"]);
      const after = subject.newId();
      containerd.run(subject.runCommand(after, ["exit", "0"], ["--rm"]));
      await events.of(after, last);
      expect(events.seen(id)).toEqual([]);
    });
  });
}
