// Builds, then runs bench/main.ts with the pinned Bun.
import { build } from "./build.mjs";
import { bun, run, wasmToolchain } from "./setup.mjs";

await build();
if (!wasmToolchain())
  throw new Error(
    "the guests of the benchmarks are in C: install clang lld wasi-libc libclang-rt-14-dev-wasm32",
  );
run(bun(), ["bench/main.ts", ...process.argv.slice(2)]);
