// Compiles the guests of the tests, test/fixtures/*.c with Debian's clang and *.wat with wabt, into .tmp/fixtures/, and
// the native programs that stand beside them in a pod: static, so that an image needs nothing else.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { compiler, root, run, wasmToolchain } from "./setup.mjs";

const from = `${root}/test/fixtures`;
const to = `${root}/.tmp/fixtures`;

export async function fixtures() {
  mkdirSync(to, { recursive: true });
  await compileWat();
  const withC = wasmToolchain();
  if (withC) compileC();
  compileNative();
  return withC;
}

// Some of them are guests as well: what a native one does, the wasm one must do.
function compileNative() {
  mkdirSync(`${to}/native`, { recursive: true });
  for (const name of [
    "hello",
    "toolbox",
    "native/pause",
    "native/talk",
    "native/logger",
    "native/exchange",
    "native/forge",
  ]) {
    const [source, target] = [`${from}/${name}.c`, `${to}/native/${name.split("/").pop()}`];
    if (isFresh(source, target)) continue;
    run(compiler(), ["-static", "-O2", "-Wall", source, "-o", target]);
  }
}

async function compileWat() {
  const { default: wabtInit } = await import("wabt");
  const wabt = await wabtInit();
  for (const { source, target } of stale(".wat")) {
    const module = wabt.parseWat(source, readFileSync(source, "utf8"), {
      bulk_memory: true,
      multi_value: true,
      reference_types: true,
      simd: true,
      tail_call: true,
    });
    writeFileSync(target, module.toBinary({ write_debug_names: true }).buffer);
    module.destroy();
  }
}

function compileC() {
  for (const { source, target } of stale(".c")) {
    run("clang", ["--target=wasm32-wasi", "--sysroot=/usr", "-O2", "-Wall", source, "-o", target]);
  }
}

function stale(extension) {
  const names = readdirSync(from).filter((name) => name.endsWith(extension));
  const pairs = names.map((name) => ({
    source: `${from}/${name}`,
    target: `${to}/${name.slice(0, -extension.length)}.wasm`,
  }));
  return pairs.filter(({ source, target }) => !isFresh(source, target));
}

function isFresh(source, target) {
  return existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await fixtures();
