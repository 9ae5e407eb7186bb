import { dialectOf } from "../../engine/module/dialect.ts";
import { readModuleImports } from "../../engine/module/module.ts";
import { readSections } from "../../engine/module/sections.ts";
import { atFdcwd, native, statFields } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import { readAll } from "../../native/read-all.ts";
import type { HostPath } from "../../oci/grant.ts";
import { parseReports } from "../../oci/report.ts";
import type { GuestDetails } from "../events/record.ts";
import { GuestTree } from "../host/guest-tree.ts";
import { open } from "../host/open-flags.ts";
import { isRegular } from "../host/regular-file.ts";
import { readFlags, reopen } from "../host/reopen.ts";
import type { ModuleFacts } from "./life.ts";

/** RESOLVE_NO_SYMLINKS of openat2(2). */
const noSymlinks = 0x04;
/** Bytes of a module that are read here; of a larger one its size alone is told, where the engine has not described it. */
const mostBytes = 64 * 2 ** 20;

/**
 * What the module of a guest is, by what the engine has reported, or else by its file, as far as it is still there. The image
 * is hostile, and its container may change it meanwhile: links are resolved within its root, and only a regular file is read.
 */
export async function moduleFacts(
  { path, host, rootfs }: GuestDetails,
  report: string | undefined,
): Promise<ModuleFacts> {
  const reports = parseReports(report ?? "");
  const loaded = reports.find((each) => each.report === "loaded");
  const compileNanos = Math.round((loaded?.compileMs ?? 0) * 1e6);
  const described = reports.find((each) => each.report === "described");
  if (described !== undefined) {
    const { digest, size, dialect } = described;
    return { digest, size, dialect, compileNanos };
  }
  const { bytes, size } = (host === undefined ? readInside(rootfs, path) : readMounted(host)) ?? nothing;
  if (bytes === undefined) return { digest: "", size, dialect: "", compileNanos };
  const digest = `sha256:${await sha256(bytes)}`;
  return { digest, size, dialect: dialectIn(bytes), compileNanos };
}

interface Found {
  readonly size: number;
  readonly bytes?: Uint8Array;
}

const nothing: Found = { size: 0 };

function readInside(rootfs: HostPath, path: string): Found | undefined {
  try {
    using tree = new GuestTree(rootfs);
    return readFile(tree.find(path).openFile());
  } catch {
    return undefined;
  }
}

// The source of a mount may lie where the container's user can write, and turn into a link since it was mounted. None is
// followed: most modules have been described by their engines, and this one stays unknown.
function readMounted(path: HostPath): Found | undefined {
  const fd = openResolved(atFdcwd, path, { flags: open.path, mode: 0, resolve: noSymlinks });
  if (fd < 0) return undefined;
  try {
    return isRegular(fd) ? readFile(reopen(fd, readFlags)) : undefined;
  } catch {
    return undefined;
  } finally {
    native.close(fd);
  }
}

function readFile(fd: number): Found | undefined {
  if (fd < 0) return undefined;
  try {
    const stat = new BigInt64Array(statFields.count);
    if (native.fstat(fd, stat) < 0) return undefined;
    const size = Number(stat[statFields.size]);
    const bytes = size > mostBytes ? size : readAll(fd, mostBytes);
    return typeof bytes === "number" ? { size } : { size: bytes.length, bytes };
  } finally {
    native.close(fd);
  }
}

function dialectIn(bytes: Uint8Array): string {
  try {
    return dialectOf(readModuleImports(bytes, readSections(bytes)));
  } catch {
    return "unknown";
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Buffer.from(digest).toString("hex");
}
