import {
  constants,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";
import { wasi, wasmOf } from "../run-wat.ts";
import { errno } from "./guest.ts";

// Guests in processes of their own: what needs real standard streams, signals, or wasi-libc.
const work = temporaryDirectory();
const inC = test.skipIf(!hasFixture("wasi-cat"));

function engine(...words: readonly string[]): string[] {
  return [wrun, "wasm", ...words];
}

/** Runs through sh, where standard streams can be anything. */
function shell(script: string): { code: number | null; stdout: string; stderr: string } {
  return run(["sh", "-c", script], { cwd: mkdtempSync(join(work, "sh-")) });
}

inC("isatty() is true for terminals only", () => {
  const isatty = `'${wrun}' wasm '${fixture("wasi-isatty")}'`;
  expect(shell(`${isatty} </dev/null 2>/dev/null`).stdout).toBe("0 0 0\n");
  expect(shell(`: | ${isatty} 2>&1 | cat`).stdout).toBe("0 0 0\n");
  expect(shell(`${isatty} <'${fixture("wasi-isatty")}' >out 2>>err; cat out`).stdout).toBe("0 0 0\n");
  if (Bun.which("script") === null) return;
  expect(shell(`script -qec "${isatty}" /dev/null </dev/null`).stdout.trim()).toBe("1 1 1");
});

inC("an O_NONBLOCK that the caller left on stdin does not show as EAGAIN", async () => {
  const { child, fifo } = await startOnNonblockingFifo([]);
  writeSync(fifo, "late.");
  closeSync(fifo);
  expect(await new Response(child.stdout).text()).toEndWith("late.");
  expect(await child.exited).toBe(0);
});

inC("a guest that asks for O_NONBLOCK gets EAGAIN, and the caller's descriptor stays as it was", async () => {
  const name = join(mkdtempSync(join(work, "fifo-")), "fifo");
  Bun.spawnSync(["mkfifo", name]);
  const fifo = openSync(name, constants.O_RDWR);
  const ended = Bun.spawnSync(engine(fixture("wasi-stdin"), "nonblock"), { stdin: fifo });
  expect(ended.stdout.toString()).toBe("ready\nResource temporarily unavailable\n");
  const flags = readFileSync(`/proc/self/fdinfo/${fifo}`, "utf8").match(/^flags:\s*(\d+)/m)?.[1] ?? "";
  expect(Number.parseInt(flags, 8) & constants.O_NONBLOCK).toBe(0);
  closeSync(fifo);
});

async function startOnNonblockingFifo(args: readonly string[]) {
  const name = join(mkdtempSync(join(work, "fifo-")), "fifo");
  Bun.spawnSync(["mkfifo", name]);
  const fifo = openSync(name, constants.O_RDWR | constants.O_NONBLOCK);
  const child = Bun.spawn(engine(fixture("wasi-stdin"), ...args), { stdin: fifo, stdout: "pipe" });
  const [copy, rest] = child.stdout.tee();
  await copy.getReader().read();
  return { child: { stdout: rest, exited: child.exited }, fifo };
}

inC("output appended by the caller's >> stays appended", () => {
  expect(shell(`echo first >out; '${wrun}' wasm '${fixture("hello")}' >>out; cat out`).stdout).toBe(
    "first\nhello\n",
  );
});

inC("'.' stands before the others, so that wasi-libc finds absolute paths from the root", () => {
  const root = mkdtempSync(join(work, "root-"));
  mkdirSync(join(root, "srv"));
  mkdirSync(join(root, "volume"));
  writeFileSync(join(root, "top"), "of the root");
  writeFileSync(join(root, "srv/here"), "of srv");
  const flags = ["--dir", `${root}::/`, "--dir", `${root}/volume::/data`, "--cwd", "/srv"];
  expect(run(engine(...flags, fixture("wasi-preopens"))).stdout).toBe("3 .\n4 /\n5 /data\n");
  const cat = (...paths: readonly string[]): string =>
    run(engine(...flags, fixture("wasi-cat"), ...paths)).stdout;
  expect(cat("/top", "/srv/here")).toBe("/top: of the root\n/srv/here: of srv\n");
  // wasi-libc cannot tell the two apart: a relative path is taken from the last that fits, which is "/".
  expect(cat("srv/here")).toBe("srv/here: of srv\n");
});

inC("preopens begin at 3, where wasi-libc looks for them, whatever the caller gave for stdin", () => {
  const guest = `'${wrun}' wasm --dir .::/data '${fixture("wasi-preopens")}'`;
  expect(shell(`${guest} </`).stdout).toBe("3 /data\n");
  expect(shell(`${guest} <&-`).stdout).toBe("3 /data\n");
});

test("the times of a file that the caller gave for reading stay as they are", async () => {
  const file = join(mkdtempSync(join(work, "times-")), "file");
  writeFileSync(file, "");
  utimesSync(file, 1, 2);
  const guest = await wasmOf(`
    ${wasi.exit}
    (import "wasi_snapshot_preview1" "fd_filestat_set_times"
      (func $times (param i32 i64 i64 i32) (result i32)))
    (func (export "_start") (call $exit (call $times (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 10))))`);
  expect(shell(`'${wrun}' wasm '${guest}' <'${file}'`).code).toBe(errno.rofs);
  expect(statSync(file).mtimeMs).toBe(2000);
});

inC("a working directory that is not there is one clear line", () => {
  const ended = run(engine("--dir", `${work}::/`, "--cwd", "/none", fixture("hello")));
  expect(ended.code).not.toBe(0);
  expect(ended.stderr).toContain('the working directory "/none" cannot be opened');
});

inC("limits.fileSize is EFBIG, for writes up to the limit and for truncation", () => {
  const root = mkdtempSync(join(work, "limit-"));
  const ended = run(engine("--dir", `${root}::/`, "--max-file-size", "105", fixture("wasi-limits")));
  expect(ended.stdout).toBe("105 File too large\nFile too large\n");
});

inC("the engine's own messages never land in a file that the guest opened in stderr's place", () => {
  const root = mkdtempSync(join(work, "close-"));
  const ended = run(engine("--dir", `${root}::/`, fixture("wasi-close-stdio")));
  expect(ended.code).toBe(134);
  expect(ended.stdout).toBe("said\n");
  expect(readFileSync(join(root, "file"), "utf8")).toBe("xxx");
});

test("proc_raise of a deadly signal ends the process by it", () => {
  const ended = Bun.spawnSync(engine(fixture("wasi-raise")));
  expect(ended.signalCode ?? ended.exitCode).toBe("SIGTERM");
});

test("a preopen that does not exist is named", () => {
  const ended = run(engine("--dir", "/does/not/exist::/", fixture("exit7")));
  expect(ended.stderr).toContain('"/does/not/exist" cannot be granted: it does not exist');
  expect(existsSync("/does/not/exist")).toBe(false);
});
