import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { oneLine } from "../one-line.ts";
import { checked } from "./errno.ts";

const enoent = -2;
const noFollow = 0x100;
const [typeMask, socket] = [0o170000, 0o140000];

/** Removes a socket that has no listener any more; nothing happens where there is none. Throws where it is another file. */
export function removeSocket(path: HostPath): void {
  const stat = new BigInt64Array(statFields.count);
  const found = native.fstatat(atFdcwd, path, noFollow, stat);
  if (found === enoent) return;
  checked(found, "remove", path);
  if ((Number(stat[statFields.mode]) & typeMask) !== socket)
    throw new WrunError("exists", `${oneLine(path, 300)} is no socket: remove it, or name another path`);
  const removed = native.unlinkat(atFdcwd, path, 0);
  if (removed !== enoent) checked(removed, "remove", path);
}
