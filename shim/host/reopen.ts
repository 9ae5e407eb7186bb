import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { open } from "./open-flags.ts";

const enoent = -2;
const enotdir = -20;

/** A file to be read that may be a FIFO or a terminal: neither is waited for, nor becomes ours. */
export const readFlags = open.readOnly | open.nonBlocking | open.noTerminal;

/**
 * Opens the very file that a descriptor refers to, O_PATH or not, whatever has its name by now (proc(5), /proc/PID/fd).
 * Returns the descriptor, or -errno as open(2). Throws where /proc is not the kernel's.
 */
export function reopen(fd: number, flags: number): number {
  const opened = native.openat(atFdcwd, `/proc/self/fd/${fd}`, flags, 0);
  if (opened === enoent || opened === enotdir) throw noProc();
  // Something else may be mounted there.
  if (opened < 0 || isSameFile(fd, opened)) return opened;
  native.close(opened);
  throw noProc();
}

/** Whether two descriptors refer to one file. */
export function isSameFile(one: number, other: number): boolean {
  const [a, b] = [new BigInt64Array(statFields.count), new BigInt64Array(statFields.count)];
  return (
    native.fstat(one, a) >= 0 &&
    native.fstat(other, b) >= 0 &&
    a[statFields.ino] === b[statFields.ino] &&
    a[statFields.dev] === b[statFields.dev]
  );
}

function noProc(): WrunError {
  return new WrunError("precondition", "/proc/self/fd does not lead to open files: mount proc(5) at /proc");
}
