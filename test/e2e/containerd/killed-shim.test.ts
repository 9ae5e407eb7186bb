import { beforeEach, describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
import { TaskEvents } from "./events.ts";
import { processesIn } from "./namespaces.ts";
import { openSubjects, type Subject } from "./subject.ts";
import { taskOf } from "./task.ts";
import { noTraces, type Traces, tracesOf } from "./traces.ts";

// runc's shim names no bundle; ours may name more. Both name the container.
function shimOf({ containerd }: Subject, id: string): number {
  const shims = [...processesIn(containerd.namespaces)].filter(
    ([, command]) => /^\S*containerd-shim-/.test(command) && command.includes(`-id ${id} `),
  );
  expect(shims).toHaveLength(1);
  return shims[0]?.[0] ?? 0;
}

for (const subject of await openSubjects()) {
  const { containerd } = subject;
  let sockets: readonly string[] = [];
  // runc's shim leaves its socket; nobody else would remove it.
  const left = (): Traces => {
    const traces = tracesOf(containerd);
    const own = subject.isOurs ? traces.sockets.filter((name) => !sockets.includes(name)) : [];
    return { ...traces, sockets: own };
  };

  describe(`a killed shim, ${subject.title}`, () => {
    beforeEach(() => {
      sockets = tracesOf(containerd).sockets;
    });

    test("takes its container with it, and nothing of either is left", async () => {
      const events = await TaskEvents.open(containerd);
      const id = subject.start(["sleep"]);
      const pid = taskOf(containerd, id)?.pid;
      containerd.run(["kill", "-KILL", `${shimOf(subject, id)}`]);
      const told = await events.of(id);
      events.close();
      expect(told.slice(-2)).toMatchObject([
        { topic: "/tasks/exit", fields: { id, pid, exit_status: 137 } },
        { topic: "/tasks/delete", fields: { container_id: id, pid, exit_status: 137 } },
      ]);
      containerd.ok("container", "delete", id);
      await until("everything is gone", () => Bun.deepEquals(left(), noTraces), left);
    });

    test("is found dead by a containerd that starts, and cleaned up", async () => {
      const id = subject.start(["sleep"]);
      const shim = shimOf(subject, id);
      await containerd.stop("KILL");
      containerd.run(["kill", "-KILL", `${shim}`]);
      await containerd.start();
      await until("everything is gone", () => Bun.deepEquals(left(), noTraces), left);
      expect(taskOf(containerd, id)).toBeUndefined();
      containerd.ok("container", "delete", id);
    });

    test("leaves the others running", async () => {
      const [killed, other] = [subject.start(["sleep"]), subject.start(["sleep"])];
      containerd.run(["kill", "-KILL", `${shimOf(subject, killed)}`]);
      await until("it is gone", () => taskOf(containerd, killed) === undefined);
      expect(taskOf(containerd, other)?.status).toBe("RUNNING");
      await until("it is cleaned up", () => left().bundles.length === 1 && left().mounts.length === 1, left);
      expect(left()).toMatchObject({ bundles: [other], mounts: [expect.stringContaining(other)] });
    });
  });
}
