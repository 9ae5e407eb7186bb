import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { lastError, lastErrorIn } from "../../../shim/task/runtime-log.ts";
import { temporaryDirectory } from "../../wrun.ts";

test("lastErrorIn() finds the last error, in one line, among whatever else is there", () => {
  const text = [
    '{"level":"error","msg":"first","time":"2026-01-01T00:00:00Z"}',
    "no JSON",
    '{"level":"warning","msg":"not that"}',
    "7",
    "null",
    '{"msg":"second\\nline ","level":"error"}',
    '{"level":"error","msg":7}',
    "",
  ].join("\n");
  expect(lastErrorIn(text)).toBe("second\\u000aline");
});

test("lastErrorIn() finds none where none is, or it says nothing", () => {
  for (const text of ["", "{", '{"level":"info","msg":"x"}', '{"level":"error","msg":"  "}', "[1]"])
    expect(lastErrorIn(text)).toBeUndefined();
});

test("lastErrorIn() bounds what it tells", () => {
  const long = JSON.stringify({ level: "error", msg: "x".repeat(100_000) });
  expect(lastErrorIn(long)?.length).toBeLessThan(5000);
});

test("lastError() reads a file, and finds nothing in one that is not there", () => {
  const folder = temporaryDirectory();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/log`, '{"level":"error","msg":"broken"}\n');
  expect([lastError(`${folder}/log`), lastError(`${folder}/none`)]).toEqual(["broken", undefined]);
});
