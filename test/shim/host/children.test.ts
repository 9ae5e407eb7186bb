import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import {
  becomeSubreaper,
  adoptChild,
  runProgram,
  startProgram,
  whenEnded,
} from "../../../shim/host/children.ts";
import { failed, pipe, readAll } from "../../native/scratch.ts";

const shell = (script: string, stdout = -1) => ({
  path: "/bin/sh",
  argv: ["sh", "-c", script],
  env: ["PATH=/usr/bin:/bin"],
  fds: [-1, stdout, 2],
});

test("runProgram() tells an exit code from a signal, and when", async () => {
  const before = Date.now();
  const [first, second] = await Promise.all([
    runProgram(shell("exit 7")),
    runProgram(shell("kill -s KILL $$")),
  ]);
  expect([first.exitStatus, second.exitStatus]).toEqual([7, 137]);
  expect(first.at.getTime()).toBeGreaterThanOrEqual(before);
});

test("runProgram() says which program is not there", async () => {
  expect(runProgram({ ...shell(""), path: "/no/such" })).rejects.toThrow("cannot execute /no/such");
});

test("whenEnded() waits for an orphan that was left to us, however early it died", async () => {
  becomeSubreaper();
  const pid = await adoptChild(async () => {
    const [reader, writer] = pipe();
    const parent = startProgram(shell("(sleep 0.02; exit 9) & echo $!", writer));
    native.close(writer);
    const text = readAll(reader);
    native.close(reader);
    await whenEnded(parent);
    while (!isZombie(Number(text))) await Bun.sleep(5);
    return Number(text);
  });
  expect((await whenEnded(pid)).exitStatus).toBe(9);
});

test("an orphan that nobody waits for leaves no zombie", async () => {
  const [reader, writer] = pipe();
  const parent = startProgram(shell("(sleep 0.02) & echo $!", writer));
  native.close(writer);
  const pid = Number(readAll(reader));
  native.close(reader);
  await whenEnded(parent);
  while (native.kill(pid, 0) === 0) await Bun.sleep(5);
  expect(native.waitpid(pid, 1)).toBe(failed.child);
});

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
