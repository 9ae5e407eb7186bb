import { expect, test } from "bun:test";
import { Execs } from "../../../shim/task/execs.ts";
import { startProgram, whenEnded } from "../../../shim/host/children.ts";
import type { TaskProcess } from "../../../shim/task/task-process.ts";

const names = { stdin: "", stdout: "", stderr: "", terminal: false };

function added(execs: Execs, id: string): TaskProcess {
  execs.add(id, names, "{}");
  const process = execs.get(id);
  if (process === undefined) throw new Error(id);
  return process;
}

/** Starts a program in the place of an exec's process. */
function start(execs: Execs, process: TaskProcess): void {
  process.pid = startProgram({ path: "/bin/sleep", argv: ["sleep", "1000"], env: [], fds: [-1, -1, -1] });
  process.lifecycle = { status: "running" };
  execs.started(process);
  void whenEnded(process.pid).then((ended) => process.stop(ended));
}

test("an id is one exec's until it is removed, and no exec has none", () => {
  const execs = new Execs();
  const first = added(execs, "a");
  expect(() => execs.add("a", names, "{}")).toThrow("process a exists already");
  expect(() => execs.add("", names, "{}")).toThrow("an exec without an id");
  expect(execs.all).toEqual([first]);
  execs.remove(first);
  expect([execs.get("a"), execs.all.length]).toEqual([undefined, 0]);
  expect(added(execs, "a")).not.toBe(first);
});

test("end() ends what runs, what has been removed from its name too, and leaves what was never started", async () => {
  const execs = new Execs();
  const [named, removed, created] = ["named", "removed", "created"].map((id) => added(execs, id));
  for (const process of [named, removed]) if (process !== undefined) start(execs, process);
  if (removed !== undefined) execs.remove(removed);
  await execs.end();
  expect([named, removed, created].map((process) => process?.lifecycle.status)).toEqual([
    "stopped",
    "stopped",
    "created",
  ]);
  await execs.end();
});

test("end() waits for a start that is under way, and ends what it has started", async () => {
  const execs = new Execs();
  const process = added(execs, "a");
  const { promise, resolve } = Promise.withResolvers<void>();
  process.starting = promise;
  let isOver = false;
  const ending = execs.end().then(() => (isOver = true));
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  start(execs, process);
  resolve();
  await ending;
  expect(process.lifecycle.status).toBe("stopped");
});
