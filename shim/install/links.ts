import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { WrunError } from "../../oci/error.ts";

/** A symlink of an installation. */
export interface Link {
  readonly path: string;
  readonly target: string;
}

/** The names that wrun answers to, all by the launcher (native/launcher). */
export const programNames = ["wrun", "crun-wasm", "containerd-shim-wrun-v1"] as const;

/** The links of an installation in `prefix`: the names on PATH, and the folder of the version in use. */
export function linksOf(prefix: string, version: string): readonly Link[] {
  return [
    { path: `${prefix}/lib/wrun`, target: version },
    ...programNames.map((name) => ({
      path: `${prefix}/bin/${name}`,
      target: "../lib/wrun/launch",
    })),
  ];
}

/** Throws where somebody else's file stands in a link's place. */
export function checkLink({ path, target }: Link): void {
  const there = readLink(path);
  if (there === undefined || ours(there, target)) return;
  throw new WrunError("exists", `${path} is not a link of wrun's: move it away, or name another --prefix`);
}

/** Makes a link, or turns the one that is there, in one step. */
export function makeLink({ path, target }: Link): void {
  const temporary = `${path}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, path);
}

/** Takes a link away where it is ours; whether it was there. */
export function removeLink({ path, target }: Link): boolean {
  const there = readLink(path);
  if (there === undefined || !ours(there, target)) return false;
  rmSync(path);
  return true;
}

/** What a link points to, "" for what is no link, undefined for nothing. */
export function readLink(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return found.isSymbolicLink() ? readlinkSync(path) : "";
}

// The link of the version in use points to some version; the others are the same in each.
function ours(there: string, target: string): boolean {
  return there === target || (isVersion(there) && isVersion(target));
}

/** Whether a name is that of an installed version. */
export function isVersion(name: string): boolean {
  return /^wrun-[0-9a-f]{12}$/.test(name);
}
