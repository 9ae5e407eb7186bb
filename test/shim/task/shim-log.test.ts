import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import { lineWriter, logLevel, openShimLog, shimLog } from "../../../shim/task/shim-log.ts";
import { pipe, readAll, textOf } from "../../native/scratch.ts";
import { temporaryDirectory } from "../../wrun.ts";

const folder = temporaryDirectory();

test("shimLog() writes containerd's format, a line each, with nothing in it that could be another line", () => {
  const lines: string[] = [];
  const log = shimLog((line) => lines.push(line), { fields: { shim: "a/b" }, level: "info" });
  log.warning('a "quoted"\nline\u001b[2J', { id: "two words", path: "/a:b@c" });
  expect(lines).toEqual([
    expect.stringMatching(
      /^time="\d{4}-\d\d-\d\dT[\d:.]+Z" level=warning msg="a \\"quoted\\"\\\\u000aline\\\\u001b\[2J" shim=a\/b id="two words" path=\/a:b@c\n$/,
    ),
  ]);
});

test("shimLog() tells what its level asks for, and what is worse", () => {
  const told = (level: "debug" | "info" | "warning" | "error"): string => {
    let levels = "";
    const log = shimLog((line) => (levels += /level=(\w)/.exec(line)?.[1] ?? "?"), { fields: {}, level });
    for (const at of ["debug", "info", "warning", "error"] as const) log[at]("x");
    return levels;
  };
  expect([told("debug"), told("info"), told("warning"), told("error")]).toEqual(["diwe", "iwe", "we", "e"]);
});

test("logLevel() is the one that is named, else that of -debug", () => {
  expect([logLevel("error", true), logLevel("", true), logLevel("", false), logLevel("loud", false)]).toEqual(
    ["error", "debug", "info", "info"],
  );
});

test("lineWriter() writes all bytes of a line, whatever its letters are", () => {
  const [reader, writer] = pipe();
  lineWriter(writer)("über 東京\n");
  native.close(writer);
  expect(readAll(reader)).toBe("über 東京\n");
  native.close(reader);
  lineWriter(-1)("nobody hears it\n");
});

test("a log that nobody reads loses lines, and holds nobody up", () => {
  const bundle = mkdtempSync(`${folder}/b-`);
  native.mkfifoat(-100, `${bundle}/log`, 0o600);
  const fd = openShimLog(bundle);
  const write = lineWriter(fd);
  for (let count = 0; count < 100; count++) write(`${"x".repeat(4000)}\n`);
  const buffer = new ArrayBuffer(8);
  native.read(fd, buffer, 0, 8);
  expect(textOf(buffer, 0, 8)).toBe("xxxxxxxx");
  native.close(fd);
});

test("a log may be no FIFO, or not be there", () => {
  const bundle = mkdtempSync(`${folder}/b-`);
  expect(openShimLog(bundle)).toBeLessThan(0);
  native.close(native.openat(-100, `${bundle}/log`, 0o102, 0o600));
  for (const line of ["one\n", "two\n"]) {
    const fd = openShimLog(bundle);
    lineWriter(fd)(line);
    native.close(fd);
  }
  expect(readFileSync(`${bundle}/log`, "utf8")).toBe("one\ntwo\n");
});

test("a log that is a symlink is none: it could lead to any file", () => {
  const bundle = mkdtempSync(`${folder}/b-`);
  writeFileSync(`${bundle}/file`, "");
  symlinkSync("file", `${bundle}/log`);
  expect(openShimLog(bundle)).toBe(-40);
});
