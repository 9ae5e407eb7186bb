// The addon and the launcher with AddressSanitizer and UndefinedBehaviorSanitizer in them, in .tmp/sanitized/: a copy of
// the sources and of their tests beside a dist/ of its own, and the fuzzers of test/fuzz/launcher/. What a sanitizer finds
// ends the process, and is written to reports/.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { pathToFileURL } from "node:url";
import { addonSources, launcherSources, tuningFlags } from "./build.mjs";
import { compiler, root, run } from "./setup.mjs";

const place = `${root}/.tmp/sanitized`;
const copied = ["engine", "native", "oci", "proto", "shim", "test/native"];
const flags = [
  "-std=gnu11",
  "-O1",
  "-g",
  "-fsanitize=address,undefined",
  "-fno-sanitize-recover=undefined",
  "-fno-omit-frame-pointer",
  "-Wall",
  "-Wextra",
  "-Werror",
];

/** Makes all of it where something has changed; false where the compiler lacks the sanitizers' runtime. */
export function sanitized() {
  if (isFresh()) return true;
  if (!canSanitize()) return false;
  const fresh = `${place}.${process.pid}`;
  for (const name of ["dist/lib", "reports", "test/e2e", "fuzz"])
    mkdirSync(`${fresh}/${name}`, { recursive: true });
  copySources(fresh);
  buildOptions(fresh);
  buildAddon(fresh);
  buildLauncher(fresh);
  buildFuzzers(fresh);
  // Before the runtime, which has options of its own.
  writeFileSync(`${fresh}/preload`, `${place}/options.so:${runtime()}`);
  rmSync(place, { recursive: true, force: true });
  renameSync(fresh, place);
  return true;
}

function isFresh() {
  const made = `${place}/preload`;
  if (!existsSync(made)) return false;
  const paths = [...copied, "scripts", "test/fuzz/launcher", "test", "test/e2e"].flatMap((name) =>
    filesIn(`${root}/${name}`, copied.includes(name) || name.endsWith("launcher")),
  );
  const { mtimeMs } = statSync(made);
  return paths.every((path) => statSync(path).mtimeMs < mtimeMs);
}

function filesIn(folder, recursive) {
  const paths = readdirSync(folder, { recursive }).map((name) => `${folder}/${name}`);
  return paths.filter((path) => statSync(path).isFile());
}

function canSanitize() {
  return canLink([]) && runtime() !== undefined;
}

function canLink(more) {
  const probe = ["-fsanitize=address,undefined", ...more, "-x", "c", "-", "-o", "/dev/null"];
  const { status } = spawnSync(compiler(), probe, {
    input: "int main(void) { return 0; }\n",
    stdio: ["pipe", "ignore", "ignore"],
  });
  return status === 0;
}

// gcc's two runtimes as libraries do not agree where reports go. clang's is part of the program anyway.
function staticFlags() {
  const both = ["-static-libasan", "-static-libubsan"];
  return canLink(both) ? both : [];
}

// The addon's runtime has to be in Bun before Bun's own memory is: ld.so(8), LD_PRELOAD. gcc has it as libasan.so, clang
// by its architecture.
function runtime() {
  const arch = { x64: "x86_64", arm64: "aarch64" }[process.arch];
  const names = ["libasan.so", `libclang_rt.asan-${arch}.so`];
  const paths = names.map((name) =>
    execFileSync(compiler(), [`-print-file-name=${name}`], { encoding: "utf8" }).trim(),
  );
  return paths.find((path) => path.startsWith("/"));
}

function copySources(to) {
  for (const name of copied) cpSync(`${root}/${name}`, `${to}/${name}`, { recursive: true });
  for (const folder of ["test", "test/e2e"])
    for (const name of readdirSync(`${root}/${folder}`).filter((each) => /\.(ts|json)$/.test(each)))
      cpSync(`${root}/${folder}/${name}`, `${to}/${folder}/${name}`);
  // They start this tree's tests.
  rmSync(`${to}/test/native/sanitized.test.ts`, { force: true });
  for (const name of ["package.json", "tsconfig.json"]) cpSync(`${root}/${name}`, `${to}/${name}`);
  symlinkSync(`${root}/node_modules`, `${to}/node_modules`);
  symlinkSync(`${root}/dist/lib/wrun`, `${to}/dist/lib/wrun`);
  symlinkSync("lib/launch", `${to}/dist/wrun`);
  symlinkSync("lib/wrun.node", `${to}/dist/wrun.node`);
}

// Programs get no environment but what a test gives them. The launcher ends without its C library's help, and Bun's memory
// is not the addon's: neither is looked through for leaks.
function buildOptions(to) {
  const options = `
const char *__asan_default_options(void) { return "detect_leaks=0:verify_asan_link_order=0:log_path=${place}/reports/asan"; }
const char *__ubsan_default_options(void) { return "print_stacktrace=1:log_path=${place}/reports/ubsan"; }
`;
  writeFileSync(`${to}/options.c`, options);
  writeFileSync(`${to}/no-return.c`, "void __asan_handle_no_return(void) {}\n");
  run(compiler(), ["-shared", "-fPIC", `${to}/options.c`, "-o", `${to}/options.so`]);
}

function buildAddon(to) {
  const shared = ["-fPIC", "-shared", "-fvisibility=hidden", "-Inode_modules/node-api-headers/include"];
  run(compiler(), [
    ...flags,
    ...shared,
    ...addonSources(),
    `${to}/no-return.c`,
    "-o",
    `${to}/dist/lib/wrun.node`,
  ]);
}

function buildLauncher(to) {
  const hosted = ["-DWRUN_HOSTED", ...staticFlags(), ...tuningFlags()];
  run(compiler(), [
    ...flags,
    ...hosted,
    ...launcherSources(),
    `${to}/options.c`,
    "-o",
    `${to}/dist/lib/launch`,
  ]);
}

// A fuzzer is its target, which includes the sources whose parsers it runs, and the driver; the rest of the launcher is as a
// library. Only the driver is not watched for what it reaches.
function buildFuzzers(to) {
  const from = "test/fuzz/launcher";
  const watched = [...flags, "-fsanitize-coverage=trace-pc", ...tuningFlags()];
  const objects = launcherSources()
    .filter((path) => !path.endsWith("/launch.c"))
    .map((path) => {
      const object = `${to}/fuzz/${path.split("/").pop()}.o`;
      run(compiler(), [...watched, "-include", `${from}/world.h`, "-c", path, "-o", object]);
      return object;
    });
  const library = `${to}/fuzz/launcher.a`;
  run("ar", ["rcs", library, ...objects]);
  run(compiler(), [...flags, "-c", `${from}/driver.c`, "-o", `${to}/fuzz/driver.o`]);
  for (const name of fuzzers()) {
    const object = `${to}/fuzz/${name}.o`;
    run(compiler(), [...watched, "-c", `${from}/${name}.c`, "-o", object]);
    run(compiler(), [
      ...flags,
      object,
      `${to}/fuzz/driver.o`,
      library,
      `${to}/options.c`,
      "-o",
      `${to}/fuzz/${name}`,
    ]);
  }
}

// A target has a corpus.
function fuzzers() {
  return readdirSync(`${root}/test/fuzz/launcher/corpus`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  console.log(sanitized() ? place : "the compiler lacks the sanitizers' runtime");
