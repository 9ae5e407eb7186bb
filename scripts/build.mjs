// Makes dist/lib/ (the executable wrun, its addon, its launcher, and what the kernel sandbox mounts beside them), and
// dist/wrun and dist/wrun.node, links into it as an installation has them in bin/.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
import { bun, compiler, installPackages, root, run } from "./setup.mjs";

const lib = `${root}/dist/lib`;

export async function build() {
  installPackages();
  mkdirSync(lib, { recursive: true });
  buildAddon();
  buildLauncher();
  await buildExecutable();
  completeFolder();
  link("lib/launch", "dist/wrun");
  link("lib/wrun.node", "dist/wrun.node");
}

/** The addon's sources. */
export function addonSources() {
  return sourcesIn("native");
}

/** The launcher's sources. */
export function launcherSources() {
  return sourcesIn("native/launcher");
}

function sourcesIn(folder) {
  const names = readdirSync(`${root}/${folder}`).filter((name) => name.endsWith(".c"));
  return names.map((name) => `${folder}/${name}`);
}

export function buildAddon() {
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
  run(compiler(), [
    ...flags,
    "-Inode_modules/node-api-headers/include",
    ...addonSources(),
    "-o",
    `${lib}/.wrun.node`,
  ]);
  renameSync(`${lib}/.wrun.node`, `${lib}/wrun.node`);
}

// A program without a C library that starts the executable: it says to the executable's runtime what can only be
// said in the environment (RATIONALE.md).
function buildLauncher() {
  const flags = [
    "-std=gnu11",
    "-O2",
    "-static",
    "-nostdlib",
    "-nostartfiles",
    "-ffreestanding",
    "-fno-pie",
    "-fno-stack-protector",
    "-fno-asynchronous-unwind-tables",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wl,-z,noexecstack",
    "-s",
    ...tuningFlags(),
  ];
  run(compiler(), [...flags, ...launcherSources(), "-o", `${lib}/.launch`]);
  renameSync(`${lib}/.launch`, `${lib}/launch`);
}

/** The lists of oci/engine-env.ts, for native/launcher/tuning.c. */
export function tuningFlags() {
  const program =
    'import * as env from "./oci/engine-env.ts"; console.log(JSON.stringify([env.engineEnvironment, env.verbEnvironment]))';
  const lists = JSON.parse(execFileSync(bun(), ["-e", program], { cwd: root, encoding: "utf8" }));
  const [engine, verbs] = lists.map((list) => list.map((entry) => JSON.stringify(entry)).join(","));
  return [`-DENGINE_TUNING=${engine}`, `-DVERB_TUNING=${verbs}`];
}

export async function buildExecutable() {
  const training = `.tmp/training-${process.pid}`;
  compile("main.ts", "dist/lib/.wrun", [`--bytecode-order=${await learnOrder(training)}`]);
  rmSync(`${root}/${training}`, { recursive: true });
  renameSync(`${lib}/.wrun`, `${lib}/wrun`);
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

// Runs a small guest and a verb of each sandbox, and returns the files that say which code they used, in which order:
// laid out like that, a start touches fewer pages.
async function learnOrder(folder) {
  mkdirSync(`${root}/${folder}`, { recursive: true });
  compile("scripts/training.ts", `${folder}/wrun`, []);
  copyFileSync(`${lib}/wrun.node`, `${root}/${folder}/wrun.node`);
  writeFileSync(`${root}/${folder}/guest.wasm`, await assemble(`${root}/scripts/training.wat`));
  const learn = (name, args, more = {}) => {
    const env = { BUN_BYTECODE_ORDER_OUT: `${folder}/${name}`, ...more };
    run(`${root}/${folder}/wrun`, args, { stdio: ["ignore", "ignore", "inherit"], env });
    return `${folder}/${name}`;
  };
  writeBundle(`${folder}/bundle`, `${folder}/guest.wasm`);
  const kernel = ["--sandbox", "kernel", "--runtime-path", "/bin/true"];
  // What the launcher says that waits for it (oci/engine-env.ts).
  const observed = { "wrun:events": `:${root}/${folder}/spool`, "wrun:launcher": "2:1024" };
  return [
    learn("engine.order", ["wasm", "--dir", `${folder}::/`, "--guest-module", "--", "/guest.wasm"]),
    learn("kernel.order", [...kernel, "create", "--bundle", `${folder}/bundle`, "training"]),
    learn("embedded.order", ["--sandbox", "embedded", "--root", `${root}/${folder}/state`, "list"]),
    learn("observed.order", [...kernel, "create", "--bundle", `${folder}/bundle`, "training"], observed),
  ].join(",");
}

// A bundle as Podman writes them.
function writeBundle(folder, guest) {
  mkdirSync(`${root}/${folder}/rootfs`, { recursive: true });
  copyFileSync(`${root}/${guest}`, `${root}/${folder}/rootfs/guest.wasm`);
  const podman = JSON.parse(readFileSync(`${root}/test/golden/podman4-annotation/config.json`, "utf8"));
  podman.root.path = "rootfs";
  podman.process.args = ["/guest.wasm"];
  writeFileSync(`${root}/${folder}/config.json`, JSON.stringify(podman));
}

async function assemble(path) {
  const { default: load } = await import("wabt");
  const module = (await load()).parseWat(path, readFileSync(path, "utf8"));
  return module.toBinary({}).buffer;
}

/** dist/lib/ as an installation has it: with the loader and the C library that the kernel sandbox mounts. */
export function completeFolder() {
  run(`${lib}/wrun`, ["install", "--complete", lib]);
}

// A link that is right at every moment: several builds may run.
function link(target, path) {
  const temporary = `${root}/${path}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, `${root}/${path}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await build();
