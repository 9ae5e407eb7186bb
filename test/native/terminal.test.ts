import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { native } from "../../native/native.ts";
import { pipe, readAll, snippet } from "./scratch.ts";

// util-linux's script(1) is the one program on every Debian that makes a terminal.
const hasScript = existsSync("/usr/bin/script");

test.skipIf(!hasScript)("windowSize(), isatty() and poll() on a terminal (needs script)", () => {
  const [reader, writer] = pipe();
  // script types the end of its own input into the terminal: this one does not end.
  const [silent, open] = pipe();
  const [program = "", ...args] = snippet(`
    const fds = Int32Array.from([0, 1, -1, 1, 4, -1]);
    console.log(JSON.stringify([native.isatty(0), native.windowSize(1), native.poll(fds, 2, 0n), fds[2], fds[5], native.bytesReadable(0)]));
  `);
  const quoted = [program, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
  const child = native.spawn({
    path: "/usr/bin/script",
    argv: ["script", "-q", "-e", "-c", `stty rows 41 cols 123; ${quoted}`, "/dev/null"],
    env: ["PATH=/usr/bin:/bin", "SHELL=/bin/sh"],
    fds: [silent, writer, 2],
    setsid: true,
  });
  native.close(writer);
  const output = readAll(reader);
  expect(native.waitpid(child, 0)).toEqual([1, 0]);
  expect(output).toContain("[true,[41,123],1,0,4,0]");
  for (const fd of [reader, silent, open]) native.close(fd);
});
