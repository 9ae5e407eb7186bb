import { native } from "../../native/native.ts";
import { checked, systemError } from "../host/errno.ts";
import { writeAll } from "../host/write-all.ts";

/**
 * A file in memory that holds `text`, for a program that takes a file's name. It has no path of its own, so nothing is
 * left on disk however the program ends: `/proc/self/fd/N` names it there, where N is the descriptor it inherits.
 */
export function memoryFile(name: string, text: string): number {
  const fd = checked(native.memfd(name), "make a file in memory for", name);
  const written = writeAll(fd, text);
  if (written >= 0) return fd;
  native.close(fd);
  throw systemError(written, "write the file in memory for", name);
}

/** The descriptor at or above `least`, closed in the old place; -errno is an error. */
export function moveUp(fd: number, least: number): number {
  const moved = native.dup(fd, least);
  native.close(fd);
  return checked(moved, "duplicate", `descriptor ${fd}`);
}
