import { expect, test } from "bun:test";
import { limitMemory } from "../../../engine/module/memory-limit.ts";
import { readModule } from "../../../engine/module/module.ts";
import { assemble } from "../../../engine/module/wat.ts";
import { WrunError } from "../../../oci/error.ts";

const wat = (text: string): Promise<Uint8Array> => assemble(new TextEncoder().encode(text));
const page = 65_536;

const growing = `(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))`;

function grow(bytes: Uint8Array, pages: number): unknown {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
  return (exports["grow"] as (pages: number) => unknown)(pages);
}

test("a memory without a maximum grows up to the limit and no further", async () => {
  const limited = limitMemory(
    await wat(`(module (memory 1) ${growing} (data (i32.const 0) "x"))`),
    10 * page,
  );
  expect([grow(limited, 9), grow(limited, 10)]).toEqual([1, -1]);
});

test("a higher maximum is lowered, in fewer bytes or more", async () => {
  const few = limitMemory(await wat(`(module (memory 1 65536) ${growing})`), 2 * page);
  expect([grow(few, 1), grow(few, 2)]).toEqual([1, -1]);
  const many = limitMemory(await wat(`(module (memory 1) ${growing})`), 40_000 * page);
  expect(readModule(many).memories[0]?.max).toBe(40_000n);
});

test("a lower maximum, and a module without memory, stay as they are", async () => {
  const low = await wat(`(module (memory 1 2))`);
  expect(limitMemory(low, 2 * page)).toBe(low);
  const none = await wat(`(module)`);
  expect(limitMemory(none, 0)).toBe(none);
});

test("a limit that is no whole number of pages is rounded down", async () => {
  expect(readModule(limitMemory(await wat(`(module (memory 1))`), 3 * page - 1)).memories[0]?.max).toBe(2n);
});

test("a module that starts with more than the limit is refused, with both figures", async () => {
  const bytes = await wat(`(module (memory 32))`);
  expect(() => limitMemory(bytes, 2 ** 20)).toThrow(
    new WrunError("unsupported", "it needs 2 MiB of memory to start, and its limit is 1 MiB"),
  );
});

test("an imported memory is limited where it is declared, and the other imports stay", async () => {
  const bytes = await wat(`(module
    (import "a" "f" (func (param i32)))
    (import "env" "memory" (memory 2 300 shared))
    (import "a" "g" (global i32)))`);
  const limited = readModule(limitMemory(bytes, 5 * page));
  expect(limited.memories).toEqual([{ min: 2n, max: 5n, shared: true, wide: false }]);
  expect(limited.imports.map(({ name }) => name)).toEqual(["f", "memory", "g"]);
});

test("several memories share the limit: the first may grow into what the others leave", async () => {
  const bytes = await wat(`(module (memory 1) (memory 2) (memory 3))`);
  const maxima = readModule(limitMemory(bytes, 10 * page)).memories.map((limits) => limits.max);
  expect(maxima).toEqual([5n, 2n, 3n]);
  expect(() => limitMemory(bytes, 5 * page)).toThrow(WrunError);
});
