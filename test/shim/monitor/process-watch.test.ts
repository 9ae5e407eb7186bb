import { expect, mock, test } from "bun:test";
import * as addon from "../../../native/native.ts";

// The kernel says what it says: these answers are put in its place.
const answers: { pidfdOpen?: number; watchArm?: number } = {};
const { native } = addon;
void mock.module("../../../native/native.ts", () => ({
  ...addon,
  native: {
    ...native,
    pidfdOpen: (pid: number) => answers.pidfdOpen ?? native.pidfdOpen(pid),
    watchArm: (fd: number, ticket: number, events: number) =>
      answers.watchArm ?? native.watchArm(fd, ticket, events),
  },
}));
const { linuxProcesses } = await import("../../../shim/host/processes.ts");
const { ProcessWatch } = await import("../../../shim/monitor/process-watch.ts");
const { startTimeOf } = await import("../../../shim/monitor/traces.ts");

const sigkill = 9;

function sleeper(): { readonly pid: number; readonly startTime: string } {
  const pid = native.spawn({ path: "/bin/sleep", argv: ["sleep", "60"], env: [], fds: [-1, -1, -1] });
  return { pid, startTime: startTimeOf(pid) };
}

test("ProcessWatch tells a process's end, and its code while it is a zombie", async () => {
  const process = sleeper();
  const watch = ProcessWatch.open(process, () => undefined);
  native.kill(process.pid, sigkill);
  const end = await watch?.ended;
  expect(await end?.code()).toBe(137);
  native.waitpid(process.pid, 0);
  watch?.[Symbol.dispose]();
  expect(ProcessWatch.open(process, () => undefined)).toBeUndefined();
});

test("ProcessWatch takes no later process of the same pid for the one that it is to watch", () => {
  const process = sleeper();
  expect(ProcessWatch.open({ ...process, startTime: "1" }, () => undefined)).toBeUndefined();
  native.kill(process.pid, sigkill);
  native.waitpid(process.pid, 0);
});

test("without a pidfd look() finds the end, and not before", async () => {
  const process = sleeper();
  answers.pidfdOpen = -24;
  const watch = ProcessWatch.open(process, () => undefined);
  delete answers.pidfdOpen;
  if (watch === undefined) throw new Error("it is taken to be gone");
  let isEnded = false;
  void watch.ended.then(() => (isEnded = true));
  watch.look();
  await Promise.resolve();
  expect(isEnded).toBe(false);
  native.kill(process.pid, sigkill);
  expect(linuxProcesses.gone(process)).toBe(true);
  watch.look();
  await watch.ended;
  native.waitpid(process.pid, 0);
  watch[Symbol.dispose]();
});

test("where a pidfd cannot be watched, look() finds the end", async () => {
  const process = sleeper();
  answers.watchArm = -28;
  const watch = ProcessWatch.open(process, () => undefined);
  delete answers.watchArm;
  native.kill(process.pid, sigkill);
  expect(linuxProcesses.gone(process)).toBe(true);
  watch?.look();
  expect(await (await watch?.ended)?.code()).toBe(137);
  native.waitpid(process.pid, 0);
  watch?.[Symbol.dispose]();
});
