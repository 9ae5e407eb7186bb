import { expect, test } from "bun:test";
import { kindOf } from "../../../engine/module/kind.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

const cases: readonly (readonly [string, string])[] = [
  ["\0asm\x01\0\0\0", "module"],
  ["\0asm\x0d\0\x01\0", "component"],
  ["\0asm\x0e\0\x01\0", "component"],
  ["\0asm\x02\0\0\0", "unknown-wasm"],
  ["\0asm\x01\0\x02\0", "unknown-wasm"],
  ["", "empty"],
  ["\0", "truncated"],
  ["\0asm\x01\0\0", "truncated"],
  ["\x7fELF\x02", "elf"],
  ["#!/bin/sh\n", "script"],
  ["(module)", "wat"],
  ["\xef\xbb\xbf \t\r\n(module $m)", "wat"],
  [";; a comment\n(; a (; nested ;) one ;)(component)", "wat"],
  ["(modules)", "unknown"],
  ["(; never closed (module)", "unknown"],
  [";; only a comment", "unknown"],
  [`${" ".repeat(70_000)}(module)`, "unknown"],
  ["\0asN", "unknown"],
  ["hello", "unknown"],
];

for (const [text, kind] of cases) {
  test(`kindOf() finds ${JSON.stringify(text.slice(0, 30))} to be ${kind}`, () => {
    expect(kindOf(bytes(text))).toBe(kind as ReturnType<typeof kindOf>);
  });
}
