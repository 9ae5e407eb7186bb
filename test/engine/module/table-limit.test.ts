import { expect, test } from "bun:test";
import { limitMemory } from "../../../engine/module/memory-limit.ts";
import { assemble } from "../../../engine/module/wat.ts";
import { WrunError } from "../../../oci/error.ts";
import { runWat, wasi } from "../run-wat.ts";

const wat = (text: string): Promise<Uint8Array> => assemble(new TextEncoder().encode(text));
const mebibyte = 2 ** 20;

const growing = (table: number): string =>
  `(func (export "grow${table}") (param i32) (result i32) (table.grow ${table} (ref.null func) (local.get 0)))`;

function instantiate(bytes: Uint8Array): (table: number, entries: number) => unknown {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
  return (table, entries) => (exports[`grow${table}`] as (entries: number) => unknown)(entries);
}

test("a table grows into its eighth of the limit and no further", async () => {
  // 1 MiB is 16,384 function references.
  const grow = instantiate(limitMemory(await wat(`(module (table 10 funcref) ${growing(0)})`), 8 * mebibyte));
  expect([grow(0, 16_374), grow(0, 1)]).toEqual([10, -1]);
});

test("a higher maximum is lowered, a lower one stays", async () => {
  const high = instantiate(
    limitMemory(await wat(`(module (table 0 9999999 funcref) ${growing(0)})`), mebibyte),
  );
  expect([high(0, 2049), high(0, 2048)]).toEqual([-1, 0]);
  const low = await wat(`(module (table 1 2 funcref))`);
  expect(limitMemory(low, mebibyte)).toBe(low);
});

test("several tables share it evenly", async () => {
  const two = await wat(`(module (table 0 funcref) (table 8 funcref) ${growing(0)} ${growing(1)})`);
  const grow = instantiate(limitMemory(two, mebibyte));
  expect([grow(0, 1021), grow(0, 1020), grow(1, 1021), grow(1, 1020)]).toEqual([-1, 0, -1, 8]);
});

test("what tables start with beyond it is taken from the memories", async () => {
  // 32,768 references are 2 MiB; an eighth of 8 MiB is one.
  const bytes = await wat(`(module (memory 1) (table 32768 funcref) ${growing(0)}
    (func (export "memory") (param i32) (result i32) (memory.grow (local.get 0))))`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(limitMemory(bytes, 8 * mebibyte)), {});
  const [memory, table] = [exports["memory"], exports["grow0"]] as ((by: number) => unknown)[];
  expect([table?.(1), memory?.(112), memory?.(111)]).toEqual([-1, -1, 1]);
});

test("tables that do not fit into the limit are refused, many small ones too", async () => {
  const big = await wat(`(module (table 9000000 externref))`);
  expect(() => limitMemory(big, 64 * mebibyte)).toThrow(
    new WrunError("unsupported", "it needs 541.32 MiB of memory to start, and its limit is 64 MiB"),
  );
  const many = await wat(`(module ${"(table 100000 funcref)".repeat(100)})`);
  expect(() => limitMemory(many, 64 * mebibyte)).toThrow(WrunError);
});

// (table 1 funcref (ref.null func)), (table 0 (ref null func) (ref.func 0)) and a value that is not one:
// the text reader does not know them.
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const section = (...content: number[]): Uint8Array =>
  Uint8Array.from([...header, 4, content.length + 1, 1, ...content]);

test("a table with an initial value is limited as well, and keeps its value", () => {
  const limited = limitMemory(section(0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b), mebibyte);
  expect([...limited.subarray(8)]).toEqual([4, 11, 1, 0x40, 0, 0x70, 1, 1, 0x80, 0x10, 0xd0, 0x70, 0x0b]);
  expect(WebAssembly.validate(limited as Uint8Array<ArrayBuffer>)).toBe(true);
});

test("a table with an initial value that nobody knows is refused", () => {
  for (const value of [0x00, 0x20, 0xff, 0xfb])
    expect(() => limitMemory(section(0x40, 0, 0x70, 0, 1, value, 0x00, 0x0b), mebibyte)).toThrow(
      "the initial value of a table is unknown",
    );
});

test("a guest that makes its table larger without end is told -1 at the limit, and can say so", async () => {
  const fields = `${wasi.exit} (memory (export "memory") 1) (table 0 externref) (func (export "_start")
    (loop $on (br_if $on (i32.ne (table.grow (ref.null extern) (i32.const 1000)) (i32.const -1))))
    (call $exit (i32.div_u (table.size) (i32.const 1000))))`;
  // An eighth of 8 MiB, in entries of 64 bytes.
  expect(await runWat(fields, { flags: ["--max-memory", "8m"] })).toMatchObject({ code: 16, stderr: "" });
});
