import { expect, test } from "bun:test";
import { readSections } from "../../../engine/module/sections.ts";
import { deferStart, startExport } from "../../../engine/module/start-section.ts";
import { assemble } from "../../../engine/module/wat.ts";

const wat = (text: string): Promise<Uint8Array> => assemble(new TextEncoder().encode(text));

async function deferred(text: string): Promise<WebAssembly.Instance["exports"]> {
  const bytes = await wat(text);
  const module = new WebAssembly.Module(deferStart(bytes, readSections(bytes)));
  return new WebAssembly.Instance(module, {}).exports;
}

test("instantiation no longer runs the start function, which is exported instead", async () => {
  const exports = await deferred(`(module
    (global $g (export "g") (mut i32) (i32.const 0))
    (func $s (global.set $g (i32.const 7)))
    (start $s))`);
  expect((exports["g"] as WebAssembly.Global).value).toBe(0);
  (exports[startExport] as () => void)();
  expect((exports["g"] as WebAssembly.Global).value).toBe(7);
});

test("a module without exports gets an export section for it", async () => {
  const exports = await deferred(`(module (func $s) (start $s))`);
  expect(Object.keys(exports)).toEqual([startExport]);
});

test("more exports than fit one byte of their count are counted on", async () => {
  const names = Array.from({ length: 127 }, (_, index) => `(export "e${index}" (func $s))`);
  const exports = await deferred(`(module (func $s) ${names.join(" ")} (start $s))`);
  expect(Object.keys(exports)).toHaveLength(128);
});

test("a module without a start function comes back as it is", async () => {
  const bytes = await wat(`(module (func))`);
  expect(deferStart(bytes, readSections(bytes))).toBe(bytes);
});
