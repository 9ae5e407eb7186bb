import { expect, test } from "bun:test";
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
