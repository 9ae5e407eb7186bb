import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import {
  becomeSubreaper,
  adoptChild,
  runProgram,
  startProgram,
  whenEnded,
} from "../../../shim/host/children.ts";
import { until } from "../../until.ts";
import { stopReaping } from "./stop-reaping.ts";
import { failed, pipe, readAll } from "../../native/scratch.ts";

afterAll(stopReaping);

/** RLIMIT_NOFILE. */
const numberOfFiles = 7;

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
    await until("the orphan is a zombie", () => isZombie(Number(text)));
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
  await until("the orphan is gone", () => native.kill(pid, 0) !== 0);
  expect(native.waitpid(pid, 1)).toBe(failed.child);
});

test("whenEnded() sees an end where no descriptor is to be had, and takes nobody for dead who runs", async () => {
  const [reader, writer] = pipe();
  const pid = startProgram({ ...shell("read -r _; exit 11"), fds: [reader, -1, -1] });
  native.close(reader);
  const limits = native.getrlimit(numberOfFiles);
  if (typeof limits === "number") throw new Error(`getrlimit: ${limits}`);
  let ended: number | undefined;
  native.setrlimit(numberOfFiles, 3, limits[1]);
  const watching = whenEnded(pid).then(({ exitStatus }) => (ended = exitStatus));
  native.setrlimit(numberOfFiles, limits[0], limits[1]);
  await new Promise((resolve) => setTimeout(resolve));
  expect(ended).toBeUndefined();
  native.close(writer);
  expect(await watching).toBe(11);
});

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
