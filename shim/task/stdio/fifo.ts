import { atFdcwd, native, statFields } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";

const typeMask = 0o170000;
const fifo = 0o010000;

/** Who a FIFO is given to. */
export interface StreamOwner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives an open FIFO to somebody, who can then open it again, as /dev/stdout. */
export function giveTo(owner: StreamOwner | undefined, fd: number, path: HostPath): void {
  if (owner !== undefined) checked(native.fchown(fd, owner.uid, owner.gid), "change the owner of", path);
}

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

/**
 * The writing end of a FIFO that somebody reads (us, where nobody else does). Where nobody does, as another FIFO has
 * taken its name meanwhile, it is an error: nothing here may wait. What is written to it waits for room.
 */
export function openWriter(path: HostPath): number {
  const writer = checked(tryOpenWriter(path), "open", path);
  native.setFlags(writer, open.writeOnly);
  return writer;
}

/** The same, or -errno; non-blocking. */
export function tryOpenWriter(path: HostPath): number {
  return native.openat(atFdcwd, path, open.writeOnly | open.nonBlocking | open.noTerminal, 0);
}
