import { dialectOf } from "../../engine/module/dialect.ts";
import { mostModuleBytes } from "../../engine/module/kind.ts";
import { readModuleImports } from "../../engine/module/module.ts";
import { readSections } from "../../engine/module/sections.ts";
import { atFdcwd, native, statFields } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import type { HostPath } from "../../oci/grant.ts";
import { parseReports } from "../../oci/report.ts";
import type { GuestDetails } from "../events/record.ts";
import { GuestTree } from "../host/guest-tree.ts";
import { open } from "../host/open-flags.ts";
import type { ModuleFacts } from "./life.ts";

/**
 * What the module of a guest is, by what the engine has reported, or else by its file, as far as it is still there. The image
 * is hostile: its links are resolved within its root, and only a regular file is read, up to a module's longest.
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
  const bytes = host === undefined ? readInside(rootfs, path) : readFile(atFdcwd, host);
  if (bytes === undefined) return { digest: "", size: 0, dialect: "", compileNanos };
  const digest = `sha256:${await sha256(bytes)}`;
  return { digest, size: bytes.length, dialect: dialectIn(bytes), compileNanos };
}

function readInside(rootfs: HostPath, path: string): Uint8Array | undefined {
  try {
    using tree = new GuestTree(rootfs);
    const { fd, origin } = tree.find(path);
    return fd === undefined || origin === undefined ? undefined : readFile(origin.dirfd, origin.name);
  } catch {
    return undefined;
  }
}

function readFile(folder: number, name: string): Uint8Array | undefined {
  const fd = native.openat(folder, name, open.readOnly | open.nonBlocking | open.noTerminal, 0);
  if (fd < 0) return undefined;
  try {
    const stat = new BigInt64Array(statFields.count);
    const isRegular = native.fstat(fd, stat) >= 0 && (Number(stat[statFields.mode]) & 0o170000) === 0o100000;
    const bytes = isRegular ? readAll(fd, mostModuleBytes) : undefined;
    return typeof bytes === "number" ? undefined : bytes;
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
