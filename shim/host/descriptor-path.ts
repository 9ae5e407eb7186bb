import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";

const maxPath = 4096;

/**
 * What the kernel calls the file behind a descriptor (proc(5), /proc/PID/fd): its path without links, or a name such as
 * `anon_inode:[eventfd]`. Returns -errno where that cannot be read.
 */
export function descriptorPath(fd: number): HostPath | number {
  const target = new Uint8Array(maxPath);
  const length = native.readlinkat(atFdcwd, `/proc/self/fd/${fd}`, target.buffer, 0, target.length);
  return length < 0 ? length : new TextDecoder().decode(target.subarray(0, length));
}
