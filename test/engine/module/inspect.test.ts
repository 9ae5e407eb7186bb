import { expect, test } from "bun:test";
import { formatInspection } from "../../../engine/module/inspect-text.ts";
import { inspect } from "../../../engine/module/inspect.ts";
import { assemble } from "../../../engine/module/wat.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a text is inspected as the module that it makes, with the hash of the file itself", async () => {
  const source = `(module (memory (export "memory") 2 4) (func (export "_start")))`;
  const fromText = await inspect(encode(source));
  const fromBinary = await inspect(await assemble(encode(source)));
  expect(fromText).toMatchObject({ kind: "wat", runs: true, size: source.length });
  expect(fromText.sha256).toBe(new Bun.CryptoHasher("sha256").update(source).digest("hex"));
  expect(fromText.module).toEqual(fromBinary.module);
  expect(fromText.module).toMatchObject({
    entry: "command",
    dialect: "none",
    memories: ["128 KiB, at most 256 KiB"],
    exports: [
      { name: "memory", type: "memory 128 KiB, at most 256 KiB" },
      { name: "_start", type: "function () -> ()" },
    ],
  });
});

const problems: readonly (readonly [string, string, string])[] = [
  ["a missing import", `(module (import "env" "abort" (func)) (func (export "_start")))`, "AssemblyScript"],
  ["a module that exports no function", `(module (memory 1))`, "it exports no function to call"],
];

for (const [what, source, expected] of problems) {
  test(`${what} is why a module does not run here`, async () => {
    const { runs, problems: found } = await inspect(encode(source));
    expect(runs).toBe(false);
    expect(found.join()).toContain(expected);
  });
}

test("a 64-bit memory and code that is invalid are found without running anything", async () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const wide = await inspect(Uint8Array.from([...header, 5, 3, 1, 4, 1]));
  expect(wide.problems).toContain("it has a 64-bit memory");
  // A function () -> i32 that returns nothing.
  const invalid = [1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 0x61, 0, 0, 10, 4, 1, 2, 0, 0x0b];
  const inspection = await inspect(Uint8Array.from([...header, ...invalid]));
  expect(inspection).toMatchObject({ runs: false, problems: ["the engine finds it invalid"] });
});

test("files that are no modules are told apart", async () => {
  const kinds = await Promise.all(
    ["", "\x7fELF", "#!/bin/sh", "\0asm", "hello"].map((t) => inspect(encode(t))),
  );
  expect(kinds.map((one) => [one.kind, one.runs])).toEqual([
    ["empty", false],
    ["elf", false],
    ["script", false],
    ["truncated", false],
    ["unknown", false],
  ]);
});

test("the text escapes what a hostile module calls its exports", async () => {
  const source = `(module (func (export "\\1b[2J\\0aoops")) (func (export "_start")))`;
  const text = formatInspection(await inspect(encode(source)));
  expect(text).toContain(`"\\u001b[2J\\noops": function () -> ()`);
  expect(text).not.toContain("\x1b");
  expect(text).toContain("runs here:       yes\n");
});
