import { expect, test } from "bun:test";
import { createWasi } from "../../../engine/wasi/wasi.ts";
import { openPreopens } from "../../../engine/wasi/preopens.ts";
import { dialectOf } from "../../../engine/module/dialect.ts";
import type { Dialect } from "../../../engine/module/dialect.ts";
import { readModule } from "../../../engine/module/module.ts";
import { describeMissing } from "../../../engine/module/missing.ts";
import { preview1Functions, preview1Signature } from "../../../engine/module/preview1.ts";
import { missingImports } from "../../../engine/module/runnable.ts";
import { assemble } from "../../../engine/module/wat.ts";
import { bareGrant } from "../../bare-grant.ts";

async function imports(...fields: string[]): Promise<ReturnType<typeof readModule>["imports"]> {
  return readModule(await assemble(new TextEncoder().encode(`(module ${fields.join(" ")})`))).imports;
}

const wasi = `(import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32)))`;
const named = (module: string, name: string): string => `(import "${module}" "${name}" (func))`;

const cases: readonly (readonly [Dialect, readonly string[]])[] = [
  ["none", []],
  ["wasi-preview1", [wasi]],
  ["wasmedge-sockets", [wasi, named("wasi_snapshot_preview1", "sock_open")]],
  ["wasi-threads", [wasi, named("wasi", "thread-spawn")]],
  ["wasi-threads", [wasi, `(import "env" "memory" (memory 1 2 shared))`]],
  ["wasi-preview0", [named("wasi_unstable", "fd_write")]],
  ["wasi-preview2", [named("wasi:cli/run@0.2.0", "run")]],
  ["wasix", [wasi, named("wasix_32v1", "thread_spawn")]],
  ["wasi-nn", [wasi, named("wasi_ephemeral_nn", "load")]],
  ["emscripten", [named("env", "emscripten_resize_heap"), wasi]],
  ["emscripten", [named("env", "invoke_vii")]],
  ["go-js", [named("gojs", "runtime.wasmExit")]],
  ["wasm-bindgen", [named("wbg", "__wbg_log_1")]],
  ["assemblyscript", [named("env", "abort")]],
  ["unknown", [named("env", "something")]],
];

for (const [dialect, fields] of cases) {
  test(`imports ${fields.map((field) => field.split('"').slice(1, 4).join("")).join(" ") || "none"}: ${dialect}`, async () => {
    expect(dialectOf(await imports(...fields))).toBe(dialect);
  });
}

test("a missing import is named with its dialect", async () => {
  const [missing] = missingImports(await imports(wasi, named("wasix_32v1", "fd_dup")));
  expect(missing && describeMissing(missing)).toBe(
    `import "wasix_32v1" "fd_dup" is missing: it belongs to WASIX`,
  );
});

test("an import of the wrong type is told apart from a missing one", async () => {
  const wrong = `(import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32)))`;
  const [missing] = missingImports(await imports(wrong));
  expect(missing && describeMissing(missing)).toBe(
    `import "wasi_snapshot_preview1" "fd_close" is here as (i32) -> i32, and the module wants (i64) -> i32`,
  );
});

test("a memory imported under a function's name is not taken for the function", async () => {
  expect(
    missingImports(await imports(`(import "wasi_snapshot_preview1" "fd_close" (memory 1))`)),
  ).toHaveLength(1);
});

test("names that objects have from birth are no imports", async () => {
  const fields = ["constructor", "__proto__", "toString"].map((name) =>
    named("wasi_snapshot_preview1", name),
  );
  expect(missingImports(await imports(...fields))).toHaveLength(3);
});

test("the table of preview 1 holds exactly the functions that the host has", () => {
  const host = createWasi(bareGrant, openPreopens(bareGrant), () => {
    throw new Error("exit");
  }).imports;
  const names = preview1Functions
    .trim()
    .split(" ")
    .map((entry) => entry.split(":")[0] ?? "");
  expect(names).toHaveLength(46);
  expect(Object.keys(host).sort()).toEqual(names.sort());
  expect(names.every((name) => preview1Signature(name) !== undefined)).toBe(true);
  expect(preview1Signature("proc_exit")).toBe("i:");
  expect(preview1Signature("args_get:ii:i args_sizes_get")).toBeUndefined();
});
