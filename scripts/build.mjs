// Makes dist/: the executable wrun, its addon wrun.node, and what the kernel sandbox mounts beside them.
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { bun, compiler, installPackages, root, run } from "./setup.mjs";

export function build() {
  installPackages();
  mkdirSync(`${root}/dist`, { recursive: true });
  buildAddon();
  buildExecutable();
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

// Autoloading is off because the working directory may belong to an image. Splitting keeps what one verb imports
// out of the others' start: without it, every node: module that any file names is loaded first (RATIONALE.md).
export function buildExecutable() {
  const flags = [
    "--compile",
    "--bytecode",
    "--minify",
    "--format=esm",
    "--splitting",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
  ];
  run(bun(), ["build", ...flags, "main.ts", "--outfile", "dist/.wrun"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  renameSync(`${root}/dist/.wrun`, `${root}/dist/wrun`);
  rmSync(`${root}/dist/.wrun.js`, { force: true });
}

/** dist/ as an installation has it: with the loader and the C library that the kernel sandbox mounts. */
export function completeFolder() {
  run(`${root}/dist/wrun`, ["install", "--complete", `${root}/dist`]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) build();
