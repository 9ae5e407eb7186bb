import { atFdcwd, native, statFields } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { oneLine } from "../one-line.ts";
import { checked, systemError } from "./errno.ts";
import { open } from "./open-flags.ts";
import { readFlags } from "./reopen.ts";

/** Which file is read, and how much of it. */
export interface ReadOptions {
  /** The most bytes that it may have; 16 MiB where it is left out. */
  readonly maxBytes?: number;
  /** Only a file that belongs to our effective user: what it says will be done. */
  readonly ours?: boolean;
  /** Follows a symlink at the end of the path: for files that our caller or the administrator names. */
  readonly followLink?: boolean;
}

const [enoent, enxio, eisdir, efbig, eloop] = [-2, -6, -21, -27, -40];
const usualMaxBytes = 16 * 2 ** 20;
const typeMask = 0o170000;
const regular = 0o100000;
const directory = 0o040000;
const otherTypes: ReadonlyMap<number, string> = new Map([
  [0o010000, "a FIFO"],
  [0o020000, "a device"],
  [0o060000, "a device"],
]);

/**
 * Reads a whole file that others may have put there; undefined where there is none. It never waits for a FIFO, never reads
 * a device, and follows no symlink unless it is asked to. Throws a WrunError that names the file: `invalid` where it is no
 * regular file or has over `maxBytes`, `permission` where it is not `ours`, else as the kernel says.
 */
export function readRegularFile(path: HostPath, options: ReadOptions = {}): Uint8Array | undefined {
  const fd = openRegularFile(path, options);
  if (fd === undefined) return undefined;
  const { maxBytes = usualMaxBytes } = options;
  const bytes = readAll(fd, maxBytes);
  native.close(fd);
  if (bytes === efbig) throw refused(path, `it is over ${sizeText(maxBytes)}`);
  if (typeof bytes === "number") throw systemError(bytes, "read", path);
  return bytes;
}

/** The same, but only opens it. */
export function openRegularFile(
  path: HostPath,
  { ours = false, followLink = false }: Omit<ReadOptions, "maxBytes"> = {},
): number | undefined {
  const fd = native.openat(atFdcwd, path, readFlags | (followLink ? 0 : open.noFollow), 0);
  if (fd === enoent) return undefined;
  if (fd === eloop && !followLink && isLink(path)) throw refused(path, "it is a symbolic link");
  if (fd === enxio) throw refused(path, "it is a socket or a device, not a regular file");
  checked(fd, "read", path);
  try {
    check(fd, path, ours);
    return fd;
  } catch (error) {
    native.close(fd);
    throw error;
  }
}

/** Whether a descriptor refers to a regular file. */
export function isRegular(fd: number): boolean {
  const stat = new BigInt64Array(statFields.count);
  return native.fstat(fd, stat) >= 0 && typeOf(stat) === regular;
}

function check(fd: number, path: HostPath, ours: boolean): void {
  const stat = new BigInt64Array(statFields.count);
  checked(native.fstat(fd, stat), "read", path);
  const type = typeOf(stat);
  if (type === directory) throw systemError(eisdir, "read", path);
  if (type !== regular)
    throw refused(path, `it is ${otherTypes.get(type) ?? "something else"}, not a regular file`);
  const [owner, user] = [Number(stat[statFields.uid]), native.geteuid()];
  if (!ours || owner === user) return;
  throw new WrunError(
    "permission",
    `cannot read ${oneLine(path, 300)}: it belongs to user ${owner}, not to user ${user}`,
  );
}

function typeOf(stat: BigInt64Array): number {
  return Number(stat[statFields.mode]) & typeMask;
}

// Too many links on the way to it are ELOOP as well.
function isLink(path: HostPath): boolean {
  const stat = new BigInt64Array(statFields.count);
  const noFollow = 0x100;
  return native.fstatat(atFdcwd, path, noFollow, stat) >= 0 && typeOf(stat) === 0o120000;
}

function refused(path: HostPath, what: string): WrunError {
  return new WrunError("invalid", `cannot read ${oneLine(path, 300)}: ${what}`);
}

function sizeText(bytes: number): string {
  if (bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20} MiB`;
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;
}
