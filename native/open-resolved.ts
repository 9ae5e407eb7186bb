import { native } from "./native.ts";

const EAGAIN = 11;

// The kernel gives up with EAGAIN where a `..` meets a rename or a mount, anywhere on the machine: openat2(2).
const mostTries = 64;

/** openat2(2), tried again while others rename and mount; -EAGAIN where they never cease. */
export function openResolved(
  dirfd: number,
  path: string,
  how: { readonly flags: number; readonly mode: number; readonly resolve: number },
): number {
  for (let tries = 0; tries < mostTries; tries++) {
    const fd = native.openat2(dirfd, path, how.flags, how.mode, how.resolve);
    if (fd !== -EAGAIN) return fd;
  }
  return -EAGAIN;
}
