import { expect, test } from "bun:test";
import { TaskProcess } from "../../../shim/task/task-process.ts";
import type { ProcessIo } from "../../../shim/task/stdio/process-io.ts";

const names = { stdin: "", stdout: "", stderr: "", terminal: false };
const at = new Date(1_700_000_000_000);

test("ended() answers all who wait, and whoever comes later", async () => {
  const process = new TaskProcess("", names);
  const waits = [process.ended(), process.ended()];
  const stopped = process.stop({ exitStatus: 3, at });
  expect(await Promise.all([...waits, process.ended()])).toEqual([stopped, stopped, stopped]);
  expect(stopped).toEqual({ status: "stopped", exitStatus: 3, exitedAt: at });
  expect(process.waiting).toBe(0);
});

test("ended() forgets who does not wait any more", () => {
  const process = new TaskProcess("", names);
  const callers = Array.from({ length: 100 }, () => new AbortController());
  for (const { signal } of callers) void process.ended(signal);
  expect(process.waiting).toBe(100);
  for (const caller of callers) caller.abort();
  expect(process.waiting).toBe(0);
});

test("kill() signals nobody where the process was never started, or has been waited for", () => {
  const process = new TaskProcess("e", names);
  expect(process.kill(0)).toBe(false);
  process.pid = globalThis.process.pid;
  expect(process.kill(0)).toBe(true);
  process.isReaped = true;
  expect(process.kill(0)).toBe(false);
});

test("an input that is ended before the streams are there ends as soon as they are", () => {
  const process = new TaskProcess("e", names);
  let ends = 0;
  const io = { closeStdin: () => (ends += 1) } as unknown as ProcessIo;
  process.closeStdin();
  process.attach(io);
  expect(ends).toBe(1);
});
