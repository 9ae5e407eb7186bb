import { expect, test } from "bun:test";
import { leb128 } from "../../../engine/module/limits.ts";
import { runsAsItIs } from "../../../engine/module/quick-look.ts";
import { assemble } from "../../../engine/module/wat.ts";

const close = (type: string): string => `(import "wasi_snapshot_preview1" "fd_close" (func ${type}))`;

const cases: readonly (readonly [string, string, boolean])[] = [
  ["without imports", `(func (export "_start"))`, true],
  ["with an import of preview 1", close("(param i32) (result i32)"), true],
  ["with an import of another type", close("(param i64) (result i32)"), false],
  ["with an import of one parameter more", close("(param i32 i32) (result i32)"), false],
  [
    "with an import of preview 1 that is no function",
    `(import "wasi_snapshot_preview1" "fd_close" (memory 1))`,
    false,
  ],
  ["with an unknown function", `(import "wasi_snapshot_preview1" "fd_open" (func))`, false],
  ["with an unknown module", `(import "env" "fd_close" (func (param i32) (result i32)))`, false],
  ["with a start function", `(func $s) (start $s)`, false],
  [
    "with a name made of two entries of the table",
    `(import "wasi_snapshot_preview1" "args_get:ii:i args_sizes_get" (func (param i32 i32) (result i32)))`,
    false,
  ],
];

for (const [what, fields, expected] of cases) {
  test(`a module ${what} ${expected ? "runs as it is" : "needs a closer look"}`, async () => {
    expect(runsAsItIs(await assemble(new TextEncoder().encode(`(module ${fields})`)))).toBe(expected);
  });
}

test("what is no module, or ends too early, needs a closer look", async () => {
  const module = await assemble(new TextEncoder().encode(`(module ${close("(param i32) (result i32)")})`));
  for (let length = 0; length < module.length; length++)
    if (length !== 8 && runsAsItIs(module.subarray(0, length)))
      expect(WebAssembly.validate(module.subarray(0, length))).toBe(true);
  expect(runsAsItIs(new TextEncoder().encode("(module)"))).toBe(false);
});

test("a section that claims fewer bytes than it has does not send the reader back", () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  expect(runsAsItIs(Uint8Array.from([...header, 1, 1, 1, 0x60, 0, 0]))).toBe(false);
});

test("a type of several bytes does not pass another signature off as the import's", () => {
  const section = (id: number, ...content: readonly number[]): number[] => [
    id,
    ...leb128(BigInt(content.length)),
    ...content,
  ];
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  // 63 70 is one parameter. Read as two things, 70 counts 112 results, and the next function read is (i32) -> i32.
  const nullable = [0x60, 1, 0x63, 0x70, 0];
  const wanted = [0x60, 1, 0x7c, 1, 0x7f];
  const filler = [0x60, 0, 0];
  const offered = [0x60, 1, 0x7f, 1, 0x7f];
  const array = [0x5e, 0x7f, 0];
  const fillers = Array.from({ length: 34 }, () => filler).flat();
  const types = section(
    1,
    40,
    ...nullable,
    ...wanted,
    ...fillers,
    0x60,
    1,
    0x7f,
    0,
    ...offered,
    ...filler,
    ...array,
  );
  const imports = section(2, 1, ...name("wasi_snapshot_preview1"), ...name("fd_close"), 0, 1);
  const module = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types, ...imports]);
  expect(WebAssembly.validate(module)).toBe(true);
  expect(runsAsItIs(module)).toBe(false);
});
