import { atFdcwd, native } from "../../native/native.ts";
import { entriesOf } from "./directory-entries.ts";
import { checked, systemError } from "./errno.ts";
import { open } from "./open-flags.ts";

const enoent = -2;
const eisdir = -21;
const enotempty = -39;
const atRemovedir = 0x200;
const directoryOnly = open.readOnly | open.directory | open.noFollow;

/**
 * Removes a directory and what is in it, never following a symlink. A guest may have nested directories
 * without end, so nothing here recurses: a directory that is not empty is moved up to the top, and each
 * is emptied there.
 */
export function removeTree(path: string): void {
  const top = native.openat(atFdcwd, path, directoryOnly, 0);
  if (top === enoent) return;
  checked(top, "remove", path);
  try {
    const pending = empty(top, top, path);
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      pending.push(...emptyNamed(top, name, path));
      removed(native.unlinkat(top, name, atRemovedir), path);
    }
  } finally {
    native.close(top);
  }
  removed(native.unlinkat(atFdcwd, path, atRemovedir), path);
}

function emptyNamed(top: number, name: string, path: string): string[] {
  const fd = native.openat(top, name, directoryOnly, 0);
  if (fd === enoent) return [];
  checked(fd, "remove", path);
  try {
    return empty(top, fd, path);
  } finally {
    native.close(fd);
  }
}

/** Empties the directory `fd` and returns the names beneath `top` of those directories in it that are not empty. */
function empty(top: number, fd: number, path: string): string[] {
  return entriesOf(fd, path).flatMap((name) => {
    if (removed(native.unlinkat(fd, name, 0), path)) return [];
    if (removed(native.unlinkat(fd, name, atRemovedir), path)) return [];
    return fd === top ? [name] : [moveUp(top, fd, name, path)];
  });
}

function removed(result: number, path: string): boolean {
  if (result >= 0 || result === enoent) return true;
  if (result === eisdir || result === enotempty) return false;
  throw systemError(result, "remove", path);
}

// The name may be taken: the guest chooses the names here.
function moveUp(top: number, fd: number, name: string, path: string): string {
  let result = 0;
  for (let attempt = 0; attempt < 64; attempt++) {
    const free = `removed-${Math.random().toString(36).slice(2)}`;
    result = native.renameat(fd, name, top, free);
    if (result >= 0) return free;
  }
  throw systemError(result, "remove", path);
}
