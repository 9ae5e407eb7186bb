import { atFdcwd, native, statFields } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";

const typeMask = 0o170000;
const fifo = 0o010000;

/** Whether a FIFO stands at `path`, links followed. */
export function isFifo(path: HostPath): boolean {
  const stat = new BigInt64Array(statFields.count);
  if (native.fstatat(atFdcwd, path, 0, stat) < 0) return false;
  return (Number(stat[statFields.mode]) & typeMask) === fifo;
}

/**
 * The reading end of a FIFO, non-blocking. fifo(7): it opens at once, whether or not somebody writes, and is not at
 * its end before a first writer has come and gone.
 */
export function openReader(path: HostPath): number {
  return checked(native.openat(atFdcwd, path, open.readOnly | open.nonBlocking, 0), "open", path);
}

/** The writing end of a FIFO that somebody reads (us, where nobody else does), so that it opens at once. */
export function openWriter(path: HostPath): number {
  return checked(native.openat(atFdcwd, path, open.writeOnly, 0), "open", path);
}
