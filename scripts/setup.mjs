// What a fresh machine lacks, put there: npm's packages, a C compiler, and (for tests) Debian's wasm toolchain.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

// What a script throws is for the person who ran it: one line, no stack of ours.
process.on("uncaughtException", (error) => {
  console.error(`wrun: ${error.message}`);
  process.exit(1);
});

/** Runs a command with our terminal; throws where it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error) throw result.error;
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${result.status ?? result.signal}`);
}

/** Whether `command` can be started. */
export function has(command) {
  return spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status === 0;
}

/** npm's packages as package-lock.json pins them. */
export function installPackages() {
  const marker = `${root}/node_modules/.package-lock.json`;
  const stale =
    !existsSync(marker) || statSync(marker).mtimeMs < statSync(`${root}/package-lock.json`).mtimeMs;
  if (stale) run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (!existsSync(bun()))
    throw new Error("npm did not bring Bun's executable: is this linux on x64 or arm64?");
}

/** The pinned Bun, straight from its platform package: its npm launcher needs an install script that npm may have blocked. */
export function bun() {
  const arch = { x64: "x64", arm64: "aarch64" }[process.arch];
  const names = [`bun-linux-${arch}`, `bun-linux-${arch}-baseline`];
  const found = names
    .map((n) => `${root}/node_modules/@oven/${n}/bin/bun`)
    .find((path) => existsSync(path) && runs(path));
  return found ?? `${root}/node_modules/bun/bin/bun.exe`;
}

// The plain build needs AVX2; where the CPU has none, it ends by SIGILL and the baseline build is used.
function runs(path) {
  return spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
}

/** A C compiler's name, installed from Debian where there is none and we may. */
export function compiler() {
  const found = ["cc", "gcc", "clang"].find((name) => has(name) && canLink(name));
  if (found) return found;
  if (installDebian(["gcc", "libc6-dev"])) return "gcc";
  throw new Error(
    "a C compiler is missing: install Debian's packages gcc and libc6-dev (apt-get install gcc libc6-dev)",
  );
}

function canLink(name) {
  const probe = spawnSync(name, ["-shared", "-fPIC", "-x", "c", "-", "-o", "/dev/null"], {
    input: "#include <unistd.h>\n",
    stdio: ["pipe", "ignore", "ignore"],
  });
  return probe.status === 0;
}

let updated = false;

/** Installs Debian's `packages`; false where this is no Debian or we are not root. */
export function installDebian(packages) {
  if (process.getuid?.() !== 0 || !has("apt-get")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const quiet = { stdio: ["ignore", "ignore", "inherit"], env };
  try {
    if (!updated) execFileSync("apt-get", ["update", "-qq"], quiet);
    updated = true;
    console.log(`installing ${packages.join(" ")}`);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], quiet);
    return true;
  } catch {
    return false;
  }
}

/** Debian's clang for wasm32-wasi; false where it cannot be had. */
export function wasmToolchain() {
  if (canCompileWasm()) return true;
  return installDebian(["clang", "lld", "wasi-libc", "libclang-rt-14-dev-wasm32"]) && canCompileWasm();
}

function canCompileWasm() {
  const probe = spawnSync(
    "clang",
    ["--target=wasm32-wasi", "--sysroot=/usr", "-x", "c", "-", "-o", "/dev/null"],
    { input: "int main(void){return 0;}\n", stdio: ["pipe", "ignore", "ignore"] },
  );
  return probe.status === 0;
}

/** package.json's version. */
export function version() {
  return JSON.parse(readFileSync(`${root}/package.json`, "utf8")).version;
}
