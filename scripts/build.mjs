// Makes dist/: the executable wrun, its addon wrun.node, and what the kernel sandbox mounts beside them.
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
import { bun, compiler, installPackages, root, run } from "./setup.mjs";

export async function build() {
  installPackages();
  mkdirSync(`${root}/dist`, { recursive: true });
  buildAddon();
  await buildExecutable();
  completeFolder();
}

export function buildAddon() {
  const sources = readdirSync(`${root}/native`)
    .filter((name) => name.endsWith(".c"))
    .map((name) => `native/${name}`);
  const flags = [
    "-std=gnu11",
    "-O2",
    "-fPIC",
    "-shared",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-D_FORTIFY_SOURCE=2",
    "-fstack-protector-strong",
    "-Wl,-z,relro,-z,now",
    "-s",
  ];
  run(compiler(), [...flags, "-Inode_modules/node-api-headers/include", ...sources, "-o", "dist/.wrun.node"]);
  renameSync(`${root}/dist/.wrun.node`, `${root}/dist/wrun.node`);
}

export async function buildExecutable() {
  const training = `.tmp/training-${process.pid}`;
  compile("main.ts", "dist/.wrun", [`--bytecode-order=${await learnOrder(training)}`]);
  rmSync(`${root}/${training}`, { recursive: true });
  renameSync(`${root}/dist/.wrun`, `${root}/dist/wrun`);
}

// Autoloading is off because the working directory may belong to an image. Splitting keeps what one verb imports
// out of the others' start: without it, every node: module that any file names is loaded first. The JIT policy
// makes JavaScript (wasm is not touched) wait four times as long for its compilers: at a start they cost a thread
// and 90 page faults, and never pay (RATIONALE.md).
function compile(entry, outfile, more) {
  const flags = [
    "--compile",
    "--bytecode",
    "--minify",
    "--format=esm",
    "--splitting",
    "--compile-jit-policy=4",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
  ];
  run(bun(), ["build", ...flags, ...more, entry, "--outfile", outfile], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  rmSync(`${root}/${outfile}.js`, { force: true });
}

// Runs a small guest and a verb, and returns the file that says which code they used, in which order: laid out
// like that, a start touches fewer pages.
async function learnOrder(folder) {
  mkdirSync(`${root}/${folder}`, { recursive: true });
  compile("scripts/training.ts", `${folder}/wrun`, []);
  copyFileSync(`${root}/dist/wrun.node`, `${root}/${folder}/wrun.node`);
  writeFileSync(`${root}/${folder}/guest.wasm`, await assemble(`${root}/scripts/training.wat`));
  const learn = (name, args) => {
    const env = { BUN_BYTECODE_ORDER_OUT: `${folder}/${name}` };
    run(`${root}/${folder}/wrun`, args, { stdio: ["ignore", "ignore", "inherit"], env });
    return `${folder}/${name}`;
  };
  const guest = learn("wasm.order", ["wasm", "--dir", `${folder}::/`, `${folder}/guest.wasm`]);
  return [
    guest,
    learn("verb.order", ["--sandbox", "embedded", "--root", `${root}/${folder}/state`, "list"]),
  ].join(",");
}

async function assemble(path) {
  const { default: load } = await import("wabt");
  const module = (await load()).parseWat(path, readFileSync(path, "utf8"));
  return module.toBinary({}).buffer;
}

/** dist/ as an installation has it: with the loader and the C library that the kernel sandbox mounts. */
export function completeFolder() {
  run(`${root}/dist/wrun`, ["install", "--complete", `${root}/dist`]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await build();
