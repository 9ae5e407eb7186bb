import { atFdcwd, native, statFields } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { linuxFiles } from "../host/files.ts";

/** How much may stay, and which file has to. */
export interface Sweep {
  readonly most: number;
  readonly but: HostPath;
}

interface Kept {
  readonly path: HostPath;
  readonly size: number;
  readonly usedAt: bigint;
}

/**
 * Removes the files of a folder that were longest unused, until the rest has `most` bytes. What a container has mounted
 * lives on without its name; a file that somebody is still writing is the newest.
 */
export function sweepModules(folder: HostPath, { most, but }: Sweep): void {
  const files = linuxFiles.entries(folder).flatMap((name) => lookAt(`${folder}/${name}`));
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.toSorted((a, b) => (a.usedAt < b.usedAt ? -1 : 1))) {
    if (total <= most) return;
    if (path === but) continue;
    linuxFiles.removeFile(path);
    total -= size;
  }
}

function lookAt(path: HostPath): Kept[] {
  const stat = new BigInt64Array(statFields.count);
  if (native.fstatat(atFdcwd, path, 0x100, stat) < 0) return [];
  return [{ path, size: Number(stat[statFields.size]), usedAt: stat[statFields.mtim] ?? 0n }];
}
