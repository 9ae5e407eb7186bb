import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";

/** A compiled guest of test/fixtures. */
export function fixture(name: string): string {
  return new URL(`../.tmp/fixtures/${name}.wasm`, import.meta.url).pathname;
}

/** A compiled program of test/fixtures/native: static, so that an image needs nothing else. */
export function nativeFixture(name: string): string {
  return new URL(`../.tmp/fixtures/native/${name}`, import.meta.url).pathname;
}

/** What a bundle is made of. `config` is laid over the whole of a plain config.json, `process` over its process. */
export interface BundleParts {
  /** A fixture's name, or the bytes of /app.wasm. */
  readonly guest: string | Uint8Array;
  readonly config?: object;
  readonly process?: object;
}

/** Writes an OCI bundle whose guest is /app.wasm and returns its directory. */
export function writeBundle(directory: string, { guest, config, process: changed }: BundleParts): string {
  mkdirSync(`${directory}/rootfs`, { recursive: true });
  const wasm = `${directory}/rootfs/app.wasm`;
  if (typeof guest === "string") copyFileSync(fixture(guest), wasm);
  else writeFileSync(wasm, guest);
  const user = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const spec = {
    ociVersion: "1.0.2",
    process: { user, args: ["/app.wasm"], env: ["PATH=/bin"], cwd: "/", ...changed },
    root: { path: "rootfs" },
    annotations: { "org.example.test": "yes" },
    ...config,
  };
  writeFileSync(`${directory}/config.json`, JSON.stringify(spec));
  return directory;
}

/** Whether test/fixtures has been compiled: C needs a toolchain that not every machine has. */
export function hasFixture(name: string): boolean {
  return existsSync(fixture(name));
}
