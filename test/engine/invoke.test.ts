import { expect, test } from "bun:test";
import { runWat, wasi } from "./run-wat.ts";
import type { Ended } from "../wrun.ts";

const invoke = (fields: string, name: string, ...args: string[]): Promise<Ended> =>
  runWat(fields, { flags: ["--invoke", name], args });

const identity = (type: string): string =>
  `(func (export "id") (param ${type}) (result ${type}) (local.get 0))`;

const values: readonly (readonly [string, string, string])[] = [
  ["i32", "42", "42"],
  ["i32", "-2147483648", "-2147483648"],
  ["i32", "4294967295", "-1"],
  ["i64", "-9223372036854775808", "-9223372036854775808"],
  ["i64", "18446744073709551615", "-1"],
  ["f32", "0.1", "0.1"],
  ["f32", "1e-45", "1e-45"],
  ["f32", "16777217", "16777216"],
  ["f64", "0.1", "0.1"],
  ["f64", "-0", "-0"],
  ["f64", "-inf", "-inf"],
  ["f64", "nan", "nan"],
];

for (const [type, given, printed] of values) {
  test(`${given} goes in and comes out of a function of ${type} as ${printed}`, async () => {
    expect(await invoke(identity(type), "id", given)).toEqual({
      code: 0,
      signal: null,
      stdout: `${printed}\n`,
      stderr: "",
    });
  });
}

test("several results are printed one a line", async () => {
  const swap = `(func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))`;
  expect(await invoke(swap, "swap", "1", "2")).toMatchObject({ code: 0, stdout: "2\n1\n" });
});

const refused: readonly (readonly [string, readonly string[], string])[] = [
  ["i32", ["4294967296"], 'argument "4294967296" is not a decimal i32'],
  ["i32", ["1.5"], 'argument "1.5" is not a decimal i32'],
  ["i64", ["0x10"], 'argument "0x10" is not a decimal i64'],
  ["f64", [""], 'argument "" is not a decimal f64'],
  ["i32", [], '"id" is (i32) -> i32: 0 arguments were given'],
  ["i32", ["1", "2"], '"id" is (i32) -> i32: 2 arguments were given'],
  ["externref", ["1"], '"id" cannot be called from here: it has a externref'],
];

for (const [type, args, message] of refused) {
  test(`arguments (${args.join(" ")}) for a function of ${type} are refused before anything runs`, async () => {
    const ended = await invoke(`(func $s unreachable) (start $s) ${identity(type)}`, "id", ...args);
    expect(ended).toMatchObject({ code: 126, stdout: "" });
    expect(ended.stderr).toEndWith(`: ${message}\n`);
  });
}

const counting = `(global $n (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $n (i32.const 41)))
  (func (export "next") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))`;

test("a reactor is initialized before the named function is called", async () => {
  expect(await invoke(counting, "next")).toMatchObject({ code: 0, stdout: "42\n" });
});

test("a reactor with nothing named says what it exports", async () => {
  const ended = await runWat(counting);
  expect(ended.code).toBe(126);
  expect(ended.stderr).toEndWith(
    ': it has no _start: name a function to call (--invoke NAME); it exports "_initialize", "next"\n',
  );
});

test("a name that is not there is answered with those that are, and 127", async () => {
  const ended = await invoke(counting, "nxt");
  expect(ended.code).toBe(127);
  expect(ended.stderr).toEndWith(': it has no function "nxt": it exports "_initialize", "next"\n');
});

test("a module that exports no function says so", async () => {
  expect((await runWat(`(memory (export "memory") 1)`)).stderr).toEndWith("; it exports no function\n");
});

test("the start function runs first, once, with its memory in reach of host calls", async () => {
  const ended = await runWat(`${wasi.write} (memory (export "memory") 1)
    (data (i32.const 0) "\\08\\00\\00\\00\\01\\00\\00\\00s")
    (func $say (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))))
    (func $begin (call $say) (i32.store8 (i32.const 8) (i32.const 101)))
    (start $begin) (func (export "_start") (call $say))`);
  expect(ended).toMatchObject({ code: 0, stdout: "se", stderr: "" });
});

test("a function without parameters may have words of its own: they are the guest's argv", async () => {
  const ended = await invoke(`(func (export "f") (result i32) (i32.const 1))`, "f", "a", "b");
  expect(ended).toMatchObject({ code: 0, stdout: "1\n" });
});

test("proc_exit within a named function is its end", async () => {
  const ended = await invoke(`${wasi.exit} (func (export "f") (call $exit (i32.const 9)))`, "f");
  expect(ended).toMatchObject({ code: 9, stdout: "" });
});
