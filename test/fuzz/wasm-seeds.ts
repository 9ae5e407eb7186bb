import { existsSync, readFileSync } from "node:fs";
import { assemble } from "../../engine/module/wat.ts";

const fixtures = new URL("../../.tmp/fixtures/", import.meta.url).pathname;

const texts = [
  `(module)`,
  `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1 4)
    (data (i32.const 0) "\\08\\00\\00\\00\\03\\00\\00\\00hi\\0a")
    (func $say (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))))
    (start $say)
    (func (export "_start") (call $say) (call $exit (i32.const 3))))`,
  `(module $named
    (type $binary (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))
    (memory (export "memory") 2 300)
    (table 4 8 funcref) (elem (i32.const 0) $add $add)
    (global $g (mut i64) (i64.const -1)) (tag $t (param i32))
    (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
    (func $sum (param $n i32) (result i32) (local $s i32)
      (loop $l (local.set $s (call $add (local.get $s) (local.get $n)))
        (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $s))
    (func (export "_start") (drop (call $sum (i32.const 1000)))
      (drop (call_indirect (type $binary) (i32.const 1) (i32.const 2) (i32.const 1)))
      (drop (memory.grow (i32.const 1)))
      (drop (i32x4.extract_lane 0 (i32x4.splat (i32.const 1))))))`,
  `(module
    (import "env" "memory" (memory 1 2 shared)) (import "wasi" "thread-spawn" (func (param i32) (result i32)))
    (func (export "_start")))`,
  `(module (memory 1) (memory 2 3) (func (export "_initialize")) (func (export "run") (result i64 f32)
    (i64.const 1) (f32.const 2)))`,
] as const;

/** The modules that fuzzing starts from: small ones of every section, and what clang makes, where it is there. */
export async function wasmSeeds(): Promise<Uint8Array[]> {
  const assembled = await Promise.all(texts.map((text) => assemble(new TextEncoder().encode(text))));
  return [...assembled, typesOfCollectors, ...["hello", "exit7"].flatMap(fixture)];
}

function fixture(name: string): Uint8Array[] {
  const path = `${fixtures}${name}.wasm`;
  return existsSync(path) ? [readFileSync(path)] : [];
}

// Recursive, struct and array types, which wabt's text format does not know.
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const types = [4, 0x4e, 1, 0x4f, 0, 0x5f, 1, 0x78, 0, 0x5e, 0x63, 0, 1, 0x60, 1, 0x64, 1, 0, 0x60, 0, 0];
const entry = [7, 10, 1, 6, 0x5f, 0x73, 0x74, 0x61, 0x72, 0x74, 0, 0];
const code = [10, 4, 1, 2, 0, 0x0b];
const typesOfCollectors = Uint8Array.of(...header, 1, types.length, ...types, 3, 2, 1, 3, ...entry, ...code);
