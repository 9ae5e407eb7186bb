import { atFdcwd, native, statFields } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { ready } from "../../host/readiness.ts";
import { reopen } from "../../host/reopen.ts";

const typeMask = 0o170000;
const fifo = 0o010000;
const writeAtOnce = open.writeOnly | open.nonBlocking | open.noTerminal;

/** Who a FIFO is given to. */
export interface StreamOwner {
  readonly uid: number;
  readonly gid: number;
}

/** What stands at a path that containerd names. */
export interface NamedFile {
  /** Refers to it, and is not open (O_PATH). */
  readonly fd: number;
  readonly path: HostPath;
  readonly isFifo: boolean;
}

/**
 * Looks at what stands at `path`, links followed, and calls `use` to open it by reopen(): that very file, though another one
 * may have its name by then, a FIFO for which an open would wait, or a file that must not be given away.
 */
export function withNamed<T>(path: HostPath, use: (file: NamedFile) => T): T {
  const fd = checked(native.openat(atFdcwd, path, open.path, 0), "open", path);
  try {
    return use({ fd, path, isFifo: isFifo(fd) });
  } finally {
    native.close(fd);
  }
}

function isFifo(fd: number): boolean {
  const stat = new BigInt64Array(statFields.count);
  return native.fstat(fd, stat) >= 0 && (Number(stat[statFields.mode]) & typeMask) === fifo;
}

/** Gives an open FIFO to somebody, who can then open it again, as /dev/stdout. */
export function giveTo(owner: StreamOwner | undefined, fd: number, path: HostPath): void {
  if (owner !== undefined) checked(native.fchown(fd, owner.uid, owner.gid), "change the owner of", path);
}

/**
 * The reading end of a FIFO, non-blocking. fifo(7): it opens at once, whether or not somebody writes, and is not at
 * its end before a first writer has come and gone.
 */
export function openReader({ fd, path }: NamedFile): number {
  return checked(reopen(fd, open.readOnly | open.nonBlocking), "open", path);
}

/**
 * Whether a FIFO has been open for writing since `reader` was opened, or at that time, and is not now (POLLHUP of poll(2)).
 * What was written may still be unread.
 */
export function haveWritersClosed(reader: number): boolean {
  const polled = Int32Array.of(reader, 0, 0);
  native.poll(polled, 1, 0n);
  return ((polled[2] ?? 0) & ready.hangup) !== 0;
}

/** The writing end of the FIFO that `reader` reads. What is written to it waits for room. */
export function openWriter(reader: number, path: HostPath): number {
  const writer = checked(tryOpenWriter(reader), "open", path);
  native.setFlags(writer, open.writeOnly);
  return writer;
}

/** The same, or -errno; non-blocking. */
export function tryOpenWriter(reader: number): number {
  return reopen(reader, writeAtOnce);
}
