import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const root = dirname(import.meta.dirname);

/** The built executable. */
export const wrun = `${root}/dist/wrun`;

/** Where the benchmarks keep what they compile and write. */
export const scratch = `${root}/.tmp/bench`;
mkdirSync(scratch, { recursive: true });

/** A guest of bench/guests compiled by clang -O2, natively and to wasm. */
export interface Guest {
  readonly native: string;
  readonly wasm: string;
}

/** Compiles bench/guests/NAME.c both ways. */
export function guest(name: string): Guest {
  const source = `${root}/bench/guests/${name}.c`;
  const made = { native: `${scratch}/${name}`, wasm: `${scratch}/${name}.wasm` };
  execFileSync("clang", ["-O2", source, "-o", made.native]);
  execFileSync("clang", ["--target=wasm32-wasi", "--sysroot=/usr", "-O2", source, "-o", made.wasm]);
  return made;
}

/** Compiles bench/guests/NAME.c to a native program that needs no file but itself. */
export function staticGuest(name: string): string {
  const path = `${scratch}/${name}-static`;
  execFileSync("cc", ["-static", "-O2", `${root}/bench/guests/${name}.c`, "-o", path]);
  return path;
}

/** The smallest program that Bun compiles: the floor of our start-up time. */
export function emptyBun(): string {
  const path = `${scratch}/empty`;
  writeFileSync(`${path}.ts`, "");
  execFileSync(
    process.execPath,
    ["build", "--compile", "--bytecode", "--minify", `${path}.ts`, "--outfile", path],
    { stdio: "ignore" },
  );
  return path;
}

/** A bundle with one wasm file, as an OCI runtime gets it. */
export function bundle(wasm: string): string {
  const path = `${scratch}/bundle`;
  mkdirSync(`${path}/rootfs`, { recursive: true });
  writeFileSync(`${path}/rootfs/app.wasm`, readFileSync(wasm));
  const config = {
    ociVersion: "1.0.2",
    process: {
      args: ["/app.wasm"],
      env: ["PATH=/bin"],
      cwd: "/",
      user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    },
    root: { path: "rootfs" },
    linux: {},
  };
  writeFileSync(`${path}/config.json`, JSON.stringify(config));
  return path;
}

/** Other wasm engines on PATH, each as the words that come before the wasm file. */
export function peers(): { readonly name: string; readonly command: readonly string[] }[] {
  writeFileSync(
    `${scratch}/node-wasi.mjs`,
    `import { readFileSync } from "node:fs"; import { WASI } from "node:wasi";
const [file, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [file, ...args], preopens: { "/": "/" } });
const module = new WebAssembly.Module(readFileSync(file));
wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));`,
  );
  const known = [
    { name: "node", command: ["node", "--no-warnings", `${scratch}/node-wasi.mjs`] },
    { name: "wasmtime", command: ["wasmtime", "run", "--dir", "/"] },
    { name: "wasmedge", command: ["wasmedge", "--dir", "/:/"] },
  ];
  return known.filter(({ command }) => Bun.which(command[0] ?? "") !== null);
}
