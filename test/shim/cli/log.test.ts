import { expect, test } from "bun:test";
import { Log, type LogOptions } from "../../../shim/cli/log.ts";

function told(options: Partial<LogOptions>, withFile: boolean): { stderr: string[]; file: string[] } {
  const lines = { stderr: [] as string[], file: [] as string[] };
  const stderr = (line: string): void => void lines.stderr.push(line);
  const sink = withFile ? { stderr, file: (line: string) => void lines.file.push(line) } : { stderr };
  const now = (): Date => new Date(Date.UTC(2026, 10, 22, 1, 2, 3, 45));
  const log = new Log({ format: "text", level: "warning", ...options }, sink, now);
  log.error('no "x"');
  log.warning("w");
  log.debug("d");
  return lines;
}

test("errors and warnings go to standard error and to the file", () => {
  expect(told({ format: "json" }, true)).toEqual({
    stderr: ['wrun: no "x"\n', "wrun: warning: w\n"],
    file: [
      '{"msg":"no \\"x\\"","level":"error","time":"2026-11-22T01:02:03.045Z"}\n',
      '{"msg":"w","level":"warning","time":"2026-11-22T01:02:03.045Z"}\n',
    ],
  });
});

test("the text format is one line of key=value", () => {
  expect(told({}, true).file).toEqual([
    'time="2026-11-22T01:02:03.045Z" level=error msg="no \\"x\\""\n',
    'time="2026-11-22T01:02:03.045Z" level=warning msg="w"\n',
  ]);
});

test("the level says what is told, and debug lines go to the file where there is one", () => {
  expect(told({ level: "error" }, true).file.length).toBe(1);
  expect(told({ level: "debug" }, true).file.length).toBe(3);
  expect(told({ level: "debug" }, true).stderr.length).toBe(2);
  expect(told({ level: "debug" }, false).stderr).toEqual([
    'wrun: no "x"\n',
    "wrun: warning: w\n",
    "wrun: debug: d\n",
  ]);
});

test("a hostile message stays one bounded line without control characters", () => {
  const lines: string[] = [];
  const log = new Log(
    { format: "json", level: "error" },
    { stderr: (line) => void lines.push(line), file: (line) => void lines.push(line) },
    () => new Date(0),
  );
  log.error(`\u001b[31m\r\n\0\u009b\u202e\ud800${"x".repeat(1_000_000)}`);
  for (const line of lines) {
    expect(line.length).toBeLessThan(5000);
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cs}\u202e]/u);
    expect(line.endsWith("\n")).toBe(true);
  }
  expect(JSON.parse(lines[1] ?? "").level).toBe("error");
});
