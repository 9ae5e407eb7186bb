import { ENOTCAPABLE } from "./linux.ts";

/** `$errno`: those that we answer ourselves; the kernel's come through the table below. */
export const Errno = {
  success: 0,
  acces: 2,
  again: 6,
  badf: 8,
  fault: 21,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  notdir: 54,
  notsock: 57,
  notsup: 58,
  rofs: 69,
  spipe: 70,
  notcapable: 76,
} as const;

// Index = Linux errno (asm-generic/errno.h), value = WASI errno. What WASI has no name for is `io`.
const fromLinux = new Uint8Array([
  0, 63, 44, 71, 27, 29, 60, 1, 45, 8, 12, 6, 48, 2, 21, 29, 10, 20, 75, 43, 54, 31, 28, 41, 33, 59, 74, 22,
  51, 70, 69, 34, 64, 18, 68, 16, 37, 46, 52, 55, 32, 29, 49, 24, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29,
  29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 47, 29, 29, 29, 65, 36, 29, 9, 61, 29, 29, 29, 29, 29, 29,
  29, 29, 25, 29, 29, 29, 57, 17, 35, 67, 50, 66, 66, 58, 58, 5, 3, 4, 38, 40, 39, 13, 15, 42, 30, 53, 29, 29,
  73, 14, 29, 23, 7, 26, 72, 29, 29, 29, 29, 29, 19, 29, 29, 11, 29, 29, 29, 29, 62, 56,
]);

/** The WASI errno of what a system call returned: 0 for success, else of the -errno. */
export function errnoOf(result: number): number {
  if (result >= 0) return Errno.success;
  if (result === -ENOTCAPABLE) return Errno.notcapable;
  return fromLinux[-result] ?? Errno.io;
}
