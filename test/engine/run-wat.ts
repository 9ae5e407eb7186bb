import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { assemble } from "../../engine/module/wat.ts";
import { run, wrun } from "../wrun.ts";
import type { Ended, RunOptions } from "../wrun.ts";

// Beside the compiled fixtures, each under the hash of what it holds.
const folder = new URL("../../.tmp/fixtures/inline", import.meta.url).pathname;

/** Imports of preview 1 that tests need, by name. */
export const wasi = {
  exit: `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))`,
  write: `(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))`,
  read: `(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))`,
  poll: `(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))`,
} as const;

/** The path of a file that holds these bytes. */
export function fileOf(bytes: Uint8Array | string): string {
  const path = `${folder}/${Bun.hash(bytes).toString(16)}.wasm`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, bytes);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}

/** The path of a module with these fields, translated. */
export async function wasmOf(fields: string): Promise<string> {
  return fileOf(await assemble(new TextEncoder().encode(`(module ${fields})`)));
}

/** What `wrun wasm` is told beside the file. */
export interface WasmOptions extends RunOptions {
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
}

/** Runs a module of these fields in the built executable. */
export async function runWat(fields: string, options: WasmOptions = {}): Promise<Ended> {
  return runFile(await wasmOf(fields), options);
}

/** Runs a file in the built executable. */
export function runFile(path: string, { flags = [], args = [], ...options }: WasmOptions = {}): Ended {
  return run([wrun, "wasm", ...flags, path, ...args], options);
}
