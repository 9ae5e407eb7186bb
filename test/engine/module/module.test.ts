import { expect, test } from "bun:test";
import { assemble } from "../../../engine/module/wat.ts";
import { readFunctionNames, readModuleName, readProducers } from "../../../engine/module/customs.ts";
import { readModule } from "../../../engine/module/module.ts";
import { readSections } from "../../../engine/module/sections.ts";
import { WrunError } from "../../../oci/error.ts";

const wat = (text: string): Promise<Uint8Array> => assemble(new TextEncoder().encode(text));
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const raw = (...bytes: number[]): Uint8Array => Uint8Array.from([...header, ...bytes]);

test("readModule() reads every kind of import with its type", async () => {
  const info = readModule(
    await wat(`(module
      (import "a" "f" (func (param i32 i64 f32 f64) (result externref)))
      (import "a" "t" (table 1 2 funcref))
      (import "a" "m" (memory 3 4))
      (import "a" "g" (global (mut i64)))
      (import "a" "e" (tag (param i32))))`),
  );
  expect(info.imports.map((entry) => entry.extern)).toEqual([
    {
      kind: "function",
      type: { parameters: ["i32", "i64", "f32", "f64"], results: ["externref"] },
    },
    { kind: "table", element: "funcref", limits: { min: 1n, max: 2n, shared: false, wide: false } },
    { kind: "memory", limits: { min: 3n, max: 4n, shared: false, wide: false } },
    { kind: "global", value: "i64", mutable: true },
    { kind: "tag", type: { parameters: ["i32"], results: [] } },
  ]);
});

test("readModule() gives exported functions and memories their types, imports counted first", async () => {
  const info = readModule(
    await wat(`(module
      (import "a" "f" (func (param i32)))
      (memory (export "memory") 1 65536)
      (func $own (export "own") (result f64) (f64.const 1))
      (global (export "g") i32 (i32.const 1))
      (export "again" (func 0)))`),
  );
  expect(info.exports.map(({ name, extern }) => [name, extern.kind, extern.index])).toEqual([
    ["memory", "memory", 0],
    ["own", "function", 1],
    ["g", "global", 0],
    ["again", "function", 0],
  ]);
  const types = info.exports.map(({ extern }) => (extern.kind === "function" ? extern.type : undefined));
  expect(types[1]).toEqual({ parameters: [], results: ["f64"] });
  expect(types[3]).toEqual({ parameters: ["i32"], results: [] });
  expect(info.memories).toEqual([{ min: 1n, max: 65536n, shared: false, wide: false }]);
});

test("readModule() finds the start function, sizes and names", async () => {
  const bytes = await wat(
    `(module $mine (memory 1) (data (i32.const 0) "xyz") (func $a) (func $b) (start $b))`,
  );
  const info = readModule(bytes);
  expect([info.start, info.functionCount, info.codeSize > 0, info.dataSize > 3]).toEqual([1, 2, true, true]);
  expect([...readFunctionNames(bytes, info.customs)]).toEqual([
    [0, "a"],
    [1, "b"],
  ]);
  expect(readModuleName(bytes, info.customs)).toBe("mine");
});

test("types of garbage-collected languages keep the type indices right", () => {
  // (rec (type (sub final (struct (field i8))))) (type (array (mut (ref null 0)))) (type (func (param (ref 1))))
  const types = [3, 0x4e, 1, 0x4f, 0, 0x5f, 1, 0x78, 0, 0x5e, 0x63, 0, 1, 0x60, 1, 0x64, 1, 0];
  const imports = [1, 1, 0x61, 1, 0x66, 0, 2];
  const bytes = raw(1, types.length, ...types, 2, imports.length, ...imports);
  expect(WebAssembly.validate(bytes)).toBe(true);
  expect(readModule(bytes).imports[0]?.extern).toEqual({
    kind: "function",
    type: { parameters: ["(ref 1)"], results: [] },
  });
});

test("a memory of 64 bits, shared, or with pages of its own is told by its flags", () => {
  const memory = (...limits: number[]): unknown =>
    readModule(raw(5, limits.length + 1, 1, ...limits)).memories[0];
  expect(memory(0x03, 1, 2)).toEqual({ min: 1n, max: 2n, shared: true, wide: false });
  expect(memory(0x04, 1)).toEqual({ min: 1n, shared: false, wide: true });
  expect(memory(0x08, 1, 0)).toEqual({ min: 1n, shared: false, wide: false, pageLog2: 0 });
});

test("a broken custom section does not keep a module from being read", () => {
  const name = [4, 0x6e, 0x61, 0x6d, 0x65];
  const bytes = raw(0, 7, ...name, 1, 0xff);
  const { customs } = readModule(bytes);
  expect([readModuleName(bytes, customs), readFunctionNames(bytes, customs).size]).toEqual([undefined, 0]);
  expect(readProducers(bytes, customs)).toEqual([]);
});

const refused: readonly (readonly [string, readonly number[]])[] = [
  ["a section longer than the file", [1, 5, 0]],
  ["a section twice", [1, 1, 0, 1, 1, 0]],
  ["sections out of order", [3, 1, 0, 1, 1, 0]],
  ["an unknown section", [42, 0]],
  ["a size that never ends", [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]],
  ["an import of an unknown kind", [2, 6, 1, 1, 0x61, 1, 0x62, 9]],
  ["an import of a type that is not there", [2, 7, 1, 1, 0x61, 1, 0x62, 0, 3]],
  ["a function of a type that is not there", [3, 2, 1, 0]],
  ["an export of a function that is not there", [7, 5, 1, 1, 0x61, 0, 0]],
  ["bytes after the last import", [2, 2, 0, 0]],
];

for (const [what, bytes] of refused) {
  test(`${what} is refused`, () => {
    expect(() => readModule(raw(...bytes))).toThrow(WrunError);
  });
}

test("tags stand between memories and globals", () => {
  const bytes = raw(1, 4, 1, 0x60, 0, 0, 5, 3, 1, 0, 1, 13, 3, 1, 0, 0, 6, 6, 1, 0x7f, 0, 0x41, 0, 0x0b);
  expect(readSections(bytes).map((section) => section.id)).toEqual([1, 5, 13, 6]);
  expect(WebAssembly.validate(bytes)).toBe(true);
});
