import { expect, test } from "bun:test";
import { fileOf, runFile, runWat, wasi } from "./run-wat.ts";

const traps: readonly (readonly [string, string, string])[] = [
  ["unreachable", "unreachable", "unreachable code should not be executed"],
  ["a load out of bounds", "(drop (i32.load (i32.const 65536)))", "out of bounds memory access"],
  ["a division by zero", "(drop (i32.div_s (i32.const 1) (i32.const 0)))", "division by zero"],
  ["an overflow", "(drop (i32.trunc_f32_s (f32.const 1e20)))", "out of bounds Trunc operation"],
  [
    "an empty table slot",
    "(call_indirect (i32.const 0))",
    "call_indirect to a signature that does not match",
  ],
];

for (const [what, code, reason] of traps) {
  test(`${what} is a trap: 134, its reason, and the functions it happened in`, async () => {
    const ended = await runWat(`(memory 1) (table 1 funcref)
      (func $inner ${code}) (func $outer (call $inner)) (func $start (export "_start") (call $outer))`);
    expect(ended).toMatchObject({ code: 134, signal: null, stdout: "" });
    expect(ended.stderr).toMatch(
      new RegExp(`^wrun: trap: ${reason}.* in inner\n    at inner\n    at outer\n    at start\n$`),
    );
  });
}

test("endless recursion is a trap, and its stack is cut", async () => {
  const ended = await runWat(`(func $again (call $again)) (func (export "_start") (call $again))`);
  expect(ended.code).toBe(134);
  expect(ended.stderr).toStartWith("wrun: trap: call stack exhausted in again\n    at again\n");
  expect(ended.stderr.split("\n").length).toBeLessThan(60);
});

test("recursion that runs out of stack within a host call is a trap too", async () => {
  const ended = await runWat(`${wasi.write} (memory (export "memory") 1)
    (func $again (drop (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8))) (call $again))
    (func (export "_start") (call $again))`);
  expect(ended.code).toBe(134);
  expect(ended.stderr).toStartWith("wrun: trap: call stack exhausted in again\n");
});

test("an exception that nobody catches is a trap", async () => {
  const ended = await runWat(`(tag $t (param i32)) (func (export "_start") (throw $t (i32.const 1)))`);
  expect(ended).toMatchObject({ code: 134, stderr: "wrun: trap: uncaught exception\n" });
});

// A module whose _start is function 0 and traps.
const trapping = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0].concat(
  [7, 10, 1, 6, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0, 0],
  [10, 5, 1, 3, 0, 0, 0x0b],
);

test("functions without names are told by their index", () => {
  expect(runFile(fileOf(Uint8Array.from(trapping))).stderr).toBe(
    "wrun: trap: unreachable code should not be executed in wasm-function[0]\n    at wasm-function[0]\n",
  );
});

test("a function's name cannot break out of its line", async () => {
  const { stderr } = runFile(fileOf(hostileName(`\x1b[31m\nwrun: trap: gotcha\u202e${"z".repeat(10_000)}`)));
  expect(stderr.split("\n")).toHaveLength(3);
  expect(stderr.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(stderr.length).toBeLessThan(2000);
});

test("what the guest wrote before a trap is kept", async () => {
  const ended = await runWat(`${wasi.write} (memory (export "memory") 1)
    (data (i32.const 0) "\\08\\00\\00\\00\\03\\00\\00\\00hi\\0a")
    (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))) unreachable)`);
  expect(ended).toMatchObject({ code: 134, stdout: "hi\n" });
});

// The same with this name for _start in its name section.
function hostileName(name: string): Uint8Array {
  const text = [...new TextEncoder().encode(name)];
  const entry = [1, 0, ...leb(text.length), ...text];
  const content = [4, 0x6e, 0x61, 0x6d, 0x65, 1, ...leb(entry.length), ...entry];
  return Uint8Array.from([...trapping, 0, ...leb(content.length), ...content]);
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)];
}
