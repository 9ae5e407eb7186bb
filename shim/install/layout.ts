import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { WrunError } from "../../oci/error.ts";
import { closeLoader } from "./close-loader.ts";
import { findRuntimeFiles } from "./runtime-files.ts";

/** One file of an installation: where its bytes come from, and its mode. */
export interface InstalledFile {
  readonly name: string;
  readonly mode: number;
  readonly from: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** The folder that the running executable and its addon stand in. */
export function programFolder(): string {
  return dirname(process.execPath);
}

/** What the engine needs beside itself: the closed loader, the C library, and what is mounted over in a container. */
export function runtimeLayout(): readonly InstalledFile[] {
  const { loader, libraries } = findRuntimeFiles();
  return [
    { name: "ld.so", mode: 0o555, from: { bytes: closeLoader(readFileSync(loader)) } },
    ...[...libraries].map(([name, path]) => ({ name, mode: 0o444, from: { path } })),
    { name: "module.wasm", mode: 0o444, from: { bytes: new Uint8Array() } },
  ];
}

/** All files of an installation. */
export function wholeLayout(): readonly InstalledFile[] {
  const folder = programFolder();
  if (!process.execPath.endsWith("/wrun")) {
    throw new WrunError("precondition", `run the built executable wrun itself, not ${process.execPath}`);
  }
  return [
    { name: "wrun", mode: 0o555, from: { path: process.execPath } },
    { name: "wrun.node", mode: 0o444, from: { path: `${folder}/wrun.node` } },
    { name: "launch", mode: 0o555, from: { path: `${folder}/launch` } },
    ...runtimeLayout(),
  ];
}

/** A name for this very content: an upgrade is another folder, and the same content is the same one. */
export function contentName(files: readonly InstalledFile[]): string {
  const hash = createHash("sha256");
  for (const { name, mode, from } of files) {
    const bytes = "bytes" in from ? from.bytes : readFileSync(from.path);
    hash.update(`${name} ${mode} ${bytes.length}\n`).update(bytes);
  }
  return `wrun-${hash.digest("hex").slice(0, 12)}`;
}

/** Writes one file into `folder`, on disk when this returns. */
export function writeInstalled(file: InstalledFile, folder: string): void {
  const path = `${folder}/${file.name}`;
  if ("bytes" in file.from) writeFileSync(path, file.from.bytes);
  else copyFileSync(file.from.path, path);
  const fd = openSync(path, "r");
  fsyncSync(fd);
  closeSync(fd);
  chmodSync(path, file.mode);
}
