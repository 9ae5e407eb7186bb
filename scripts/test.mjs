// Builds, compiles the fixtures, runs every test file, and closes with one plain line of counts.
import { spawnSync } from "node:child_process";
import { build } from "./build.mjs";
import { fixtures } from "./fixtures.mjs";
import { bun, root } from "./setup.mjs";

build();
if (!wasmToolchain())
  console.log("tests in C are skipped: install clang lld wasi-libc libclang-rt-14-dev-wasm32");

const result = spawnSync(bun(), ["test", "--parallel", "--timeout", "60000", ...process.argv.slice(2)], {
  cwd: root,
  stdio: ["inherit", "pipe", "pipe"],
  maxBuffer: 2 ** 28,
});
const output = `${result.stdout}${result.stderr}`;
process.stdout.write(output);
const counted = (word) =>
  [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))].reduce((sum, m) => sum + Number(m[1]), 0);
console.log(`${counted("pass")} passed, ${counted("fail")} failed, ${counted("skip")} skipped`);
process.exitCode = result.status === 0 ? 0 : 1;
