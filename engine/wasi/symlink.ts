import { native } from "../../native/native.ts";
import { EILSEQ, ENOENT } from "./linux.ts";
import { decodePath } from "./path.ts";

/** As many symlinks as Linux follows in one lookup (MAXSYMLINKS). */
export const mostLinks = 40;
const pathMax = 4096;

/** The target of a symlink, or -errno: -EINVAL where the name is no symlink. */
export function readlink(dirfd: number, name: string): string | number {
  const buffer = new Uint8Array(pathMax);
  const length = native.readlinkat(dirfd, name, buffer.buffer, 0, pathMax);
  if (length < 0) return length;
  if (length === 0) return -ENOENT;
  return decodePath(buffer.subarray(0, length)) ?? -EILSEQ;
}
