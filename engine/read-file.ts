import { atFdcwd, native } from "../native/native.ts";
import { readAll } from "../native/read-all.ts";
import { WrunError } from "../oci/error.ts";
import { errno, errnoText } from "./errno.ts";
import { mostModuleBytes } from "./module/kind.ts";

const openFlags = { readOnly: 0, noControllingTty: 0o400 };

/** Opens a file of the host's as any program would. */
export function openHostFile(path: string): number {
  return opened(native.openat(atFdcwd, path, openFlags.readOnly | openFlags.noControllingTty, 0));
}

/** The descriptor, or the error that -errno stands for. */
export function opened(fd: number): number {
  if (fd >= 0) return fd;
  const missing = -fd === errno.ENOENT || -fd === errno.ENOTDIR;
  throw new WrunError(missing ? "not-found" : "io", `cannot open it: ${errnoText(fd)}`);
}

/** All bytes behind `fd`, which is closed. */
export function readWhole(fd: number): Uint8Array<ArrayBuffer> {
  const bytes = readAll(fd, mostModuleBytes);
  native.close(fd);
  if (typeof bytes === "number") throw new WrunError("io", `cannot read it: ${errnoText(bytes)}`);
  return bytes;
}
