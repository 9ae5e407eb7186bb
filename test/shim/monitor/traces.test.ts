import { symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { isBeingCopied, textOf, timeOf } from "../../../shim/monitor/traces.ts";
import { until } from "../../until.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const folder = temporaryDirectory();

test("what a container has left of its end is a regular file of a bounded size", () => {
  writeFileSync(`${folder}/report`, "report");
  utimesSync(`${folder}/report`, 12, 34.5);
  expect([textOf(`${folder}/report`), timeOf(`${folder}/report`)]).toEqual(["report", 34_500_000]);
  writeFileSync(`${folder}/large`, "x".repeat(64 * 1024 + 1));
  expect(textOf(`${folder}/large`)).toBeUndefined();
  expect([textOf(undefined), timeOf(undefined)]).toEqual([undefined, undefined]);
});

test("a symlink, a FIFO and a device are no traces, and hold the monitor up as little as one that is not there", () => {
  symlinkSync("/etc/passwd", `${folder}/link`);
  run(["mkfifo", `${folder}/fifo`]);
  for (const path of [`${folder}/link`, `${folder}/fifo`, "/dev/zero", folder, `${folder}/none`])
    expect([path, textOf(path), timeOf(path)]).toEqual([path, undefined, undefined]);
});

test("isBeingCopied() says so as long as a lock is held on the file, and of no other file", async () => {
  const file = `${temporaryDirectory()}/reports`;
  writeFileSync(file, "");
  expect([isBeingCopied(undefined), isBeingCopied(`${file}-none`), isBeingCopied(file)]).toEqual([
    false,
    false,
    false,
  ]);
  const holder = Bun.spawn(["flock", file, "cat"], { stdio: ["pipe", "ignore", "ignore"] });
  await until("the lock is held", () => isBeingCopied(file));
  await holder.stdin.end();
  await holder.exited;
  expect(isBeingCopied(file)).toBe(false);
});
