import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, temporaryDirectory, wrun } from "../wrun.ts";
import { fileOf, runFile, runWat, wasi } from "./run-wat.ts";

const folder = temporaryDirectory();

test("returning from _start ends with 0", async () => {
  expect(await runWat(`(func (export "_start"))`)).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
});

test("proc_exit ends with its code, of which the kernel keeps eight bits", async () => {
  for (const [given, code] of [
    [0, 0],
    [7, 7],
    [255, 255],
    [256, 0],
    [-1, 255],
  ] as const) {
    const ended = await runWat(`${wasi.exit} (func (export "_start") (call $exit (i32.const ${given})))`);
    expect(ended).toMatchObject({ code, stderr: "" });
  }
});

test("proc_exit ends the guest at once, wherever it is called", async () => {
  const ended = await runWat(`${wasi.exit}
    (func $deep (call $exit (i32.const 3)))
    (func (export "_start") (call $deep) unreachable)`);
  expect(ended).toMatchObject({ code: 3, stderr: "" });
});

test("a guest file without its execute bit runs", () => {
  const path = fileOf('(module (func (export "_start")))');
  chmodSync(path, 0o400);
  expect(runFile(path).code).toBe(0);
});

test("WAT text runs as its module does", () => {
  expect(runFile(fileOf(`;; text\n(module (func (export "_start") unreachable))`)).code).toBe(134);
});

test("a module is read from a pipe, as a shell's <(…) gives it", async () => {
  const source = `(module ${wasi.exit} ;; ${"x".repeat(200_000)}
    (func (export "_start") (call $exit (i32.const 5))))`;
  const ended = run([wrun, "wasm", "/dev/stdin"], { stdin: source });
  expect(ended).toMatchObject({ code: 5, stderr: "" });
});

const header = "\0asm\x01\0\0\0";
const cannotRun: readonly (readonly [string, string, string])[] = [
  ["an empty file", "", "it is empty"],
  [
    "a file cut short",
    "\0asm\x01",
    "it ends within wasm's first eight bytes: a download or a copy was cut short",
  ],
  ["a native executable", "\x7fELF\x02\x01\x01", "it is a native executable (ELF), not wasm"],
  ["a script", "#!/bin/sh\necho hello\n", "it is a script (#!), not wasm"],
  ["a text", "hello", "it is not wasm"],
  [
    "a component",
    "\0asm\x0d\0\x01\0",
    "it is a WebAssembly component (WASI preview 2), which this version cannot run",
  ],
  ["a section cut short", `${header}\x01\x7f`, "malformed wasm: section 1 is cut short (offset 8)"],
  [
    "broken WAT",
    "(module (func (bogus)))",
    'malformed WAT: line 1:16: error: unexpected token "bogus", expected an instr.',
  ],
];

for (const [what, content, message] of cannotRun) {
  test(`${what} ends with 126 and one line`, () => {
    const path = fileOf(Uint8Array.from(content, (character) => character.charCodeAt(0)));
    expect(runFile(path)).toEqual({
      code: 126,
      signal: null,
      stdout: "",
      stderr: `wrun: ${JSON.stringify(path)}: ${message}\n`,
    });
  });
}

test("a module that the engine finds invalid ends with 126 and one line", () => {
  const invalid = [1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0b];
  const path = fileOf(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...invalid]));
  const { code, stderr } = runFile(path);
  expect(code).toBe(126);
  expect(stderr).toMatch(/^wrun: "[^\n]+": not a valid wasm module: it doesn't [^\n]+\n$/);
});

test("data that does not fit the memory is told before the guest starts", async () => {
  const { code, stderr } = await runWat(`(memory 1) (data (i32.const 65536) "x") (func (export "_start"))`);
  expect(code).toBe(126);
  expect(stderr).toMatch(/^wrun: "[^\n]+": it cannot be instantiated: [^\n]+\n$/);
});

test("an entry with parameters, or with results that a host cannot take, is refused", async () => {
  for (const type of ["(param i32)", "(param v128)"]) {
    const { code, stderr } = await runWat(`(func (export "_start") ${type} unreachable)`);
    expect(code).toBe(126);
    expect(stderr).toEndWith(`: its function "_start" must take no parameters\n`);
  }
  const { code, stderr } = await runWat(`(func (export "_start") (result v128) unreachable)`);
  expect(code).toBe(126);
  expect(stderr).toEndWith(": its entry has parameters or results that only wasm can handle\n");
});

test("a file that is not there ends with 127", () => {
  for (const path of [join(folder, "nowhere"), fileOf("x") + "/below"]) {
    const { code, stderr } = runFile(path);
    expect(code).toBe(127);
    expect(stderr).toStartWith(`wrun: ${JSON.stringify(path)}: cannot open it: `);
    expect(stderr.split("\n")).toHaveLength(2);
  }
});

test("a directory, and a loop of symlinks, end with 126", () => {
  mkdirSync(join(folder, "directory"));
  symlinkSync("loop", join(folder, "loop"));
  expect(runFile(join(folder, "directory"))).toMatchObject({
    code: 126,
    stderr: `wrun: "${folder}/directory": cannot read it: is a directory\n`,
  });
  expect(runFile(join(folder, "loop")).code).toBe(126);
});

test("an import that is not there is named with its dialect, before anything runs", async () => {
  const ended = await runWat(`${wasi.exit}
    (import "wasix_32v1" "thread_spawn" (func)) (import "env" "x" (func))
    (func (export "_start") (call $exit (i32.const 0)))`);
  expect(ended).toMatchObject({ code: 126, stdout: "" });
  expect(ended.stderr).toEndWith(
    `: import "wasix_32v1" "thread_spawn" is missing: it belongs to WASIX (and 1 more)\n`,
  );
});

test("names that the file chose cannot break out of their line", async () => {
  const name = `\\1b[2Jx\\0awrun: gotcha\\e2\\80\\ae${"y".repeat(100_000)}`;
  const { code, stderr } = await runWat(`(import "${name}" "${name}" (func)) (func (export "_start"))`);
  expect(code).toBe(126);
  expect(stderr.split("\n")).toHaveLength(2);
  expect(stderr.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(stderr.length).toBeLessThan(1000);
});

test("a path with a newline in it cannot break out of its line either", () => {
  writeFileSync(join(folder, "a\nb"), "");
  expect(runFile(join(folder, "a\nb")).stderr).toBe(`wrun: "${folder}/a\\nb": it is empty\n`);
});

test("unknown flags and missing words end with 126 and say what to write", () => {
  for (const argv of [["--bogus", "x"], [], ["--max-memory"], ["--max-cpu", "soon", "x"]]) {
    const { code, stderr } = run([wrun, "wasm", ...argv]);
    expect(code).toBe(126);
    expect(stderr).toMatch(/^wrun: [^\n]+\n$/);
  }
});

test("--help prints the flags", () => {
  const { code, stdout, stderr } = run([wrun, "wasm", "--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toStartWith("Usage: wrun wasm [flags] FILE [ARG...]\n");
});
