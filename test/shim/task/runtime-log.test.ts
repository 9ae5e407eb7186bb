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

// What json-c makes of an entry (JSON_C_TO_STRING_PRETTY), as crun has logged since 1.28.
function pretty(entry: object, indent = 2): string {
  return JSON.stringify(entry, undefined, indent).replaceAll('": "', '":"').replaceAll("/", "\\/");
}

const nope = "executable file `/nope` not found: No such file or directory";

test("lastErrorIn() reads entries that take several lines, as crun's do since 1.28", () => {
  const entry = { msg: nope, level: "error", time: "2026-01-01T00:00:00.000000Z" };
  for (const indent of [0, 1, 2, 4]) expect(lastErrorIn(`${pretty(entry, indent)}\n`)).toBe(nope);
  expect(lastErrorIn(pretty(entry).replaceAll("\n", "\r\n"))).toBe(nope);
});

test("lastErrorIn() takes the last of several, whatever lines they take, in one line or none between them", () => {
  const first = { msg: "first", level: "error" };
  const last = { msg: "{ last }", level: "error", more: { level: "error", msg: "inner" } };
  const warning = { msg: "warned", level: "warning" };
  for (const between of ["", "\n", "\n\n", " "])
    for (const [one, other] of [
      [2, 2],
      [0, 2],
      [2, 0],
    ] as const) {
      const text = [pretty(first, one), pretty(last, other), pretty(warning, one)].join(between);
      expect(lastErrorIn(text)).toBe("{ last }");
    }
});

test("lastErrorIn() skips entries that are cut off and text that others wrote, before, between and behind", () => {
  const whole = pretty({ msg: nope, level: "error" });
  const foreign = ["panic: {", 'a "quote', '{"msg":', '{"a":{"msg":"cut', '{"level":"error"', "}}", "\\"];
  for (const text of foreign) {
    for (const between of ["\n", ""]) {
      expect(lastErrorIn(`${text}${between}${whole}`)).toBe(nope);
      expect(lastErrorIn(`${whole}${between}${text}`)).toBe(nope);
    }
  }
  for (let length = 0; length < whole.length; length++) {
    expect(lastErrorIn(whole.slice(0, length))).toBeUndefined();
    expect(lastErrorIn(`${whole}\n${whole.slice(0, length)}`)).toBe(nope);
    expect(lastErrorIn(`${whole.slice(0, length)}\n${whole}`)).toBe(nope);
    expect(lastErrorIn(`${whole.slice(length + 1)}\n${whole}`)).toBe(nope);
  }
});

test("lastErrorIn() says nothing where the last error says nothing, as runc's shim", () => {
  const blank = pretty({ level: "error", msg: " \n" });
  expect(lastErrorIn(`${pretty({ msg: nope, level: "error" })}\n${blank}`)).toBeUndefined();
});

// Each brace may begin an entry that ends nowhere: looked at one by one to the end, this takes minutes.
test("lastErrorIn() ends, however damaged a log is", () => {
  const damaged = ['{"\\"', "{", '{"', "}{", '{"a":'].map((text) => text.repeat(200_000));
  for (const text of damaged) expect(lastErrorIn(text)).toBeUndefined();
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
