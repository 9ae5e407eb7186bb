import { atFdcwd, native, statFields } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { checked, systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";

/** Puts an edited file in the place of the one that came: whole, or not at all. Its owner and mode stay. */
export function replaceFile(path: HostPath, text: string): void {
  const temporary = `${path}.${native.getpid()}.wrun`;
  const stat = new BigInt64Array(statFields.count);
  checked(native.fstatat(atFdcwd, path, 0, stat), "read", path);
  const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
  const fd = checked(native.openat(atFdcwd, temporary, flags, 0o600), "edit", path);
  let result = writeAll(fd, text);
  if (result >= 0) result = native.fchmod(fd, Number(stat[statFields.mode]) & 0o7777);
  // A bundle of somebody else's in a user namespace may have an owner that we cannot give.
  if (result >= 0) native.fchown(fd, Number(stat[statFields.uid]), Number(stat[statFields.gid]));
  // A file system over the network tells of a full disk only now.
  const closed = native.close(fd);
  if (result >= 0) result = closed;
  if (result >= 0) result = native.renameat(atFdcwd, temporary, atFdcwd, path);
  if (result >= 0) return;
  native.unlinkat(atFdcwd, temporary, 0);
  throw systemError(result, "edit", path);
}
