import { native } from "../../native/native.ts";
import type { Context, WasiFunctions } from "./context.ts";
import { Errno, errnoOf } from "./errno.ts";
import { areFstflags, atimOf, mtimOf, putFilestat } from "./filestat.ts";
import { AT_EMPTY_PATH, O_PATH } from "./linux.ts";
import { symlinkFollow } from "./path-open.ts";
import { readPath } from "./path.ts";
import type { Opened } from "./resolver.ts";
import { Right } from "./rights.ts";

/** path_filestat_get, path_filestat_set_times. */
export function pathFilestatFunctions(context: Context): WasiFunctions {
  const { memory } = context;
  return {
    path_filestat_get(fd: number, flags: number, path: number, length: number, out: number): number {
      const named = { fd, flags, path, length, right: Right.pathFilestatGet };
      return withFile(context, named, (opened) => putFilestat(memory, out >>> 0, opened.fd));
    },
    path_filestat_set_times(
      fd: number,
      flags: number,
      path: number,
      length: number,
      atim: bigint,
      mtim: bigint,
      fstflags: number,
    ): number {
      if (!areFstflags(fstflags)) return Errno.inval;
      const named = { fd, flags, path, length, right: Right.pathFilestatSetTimes };
      return withFile(context, named, (opened, readOnly) => {
        if (readOnly) return Errno.rofs;
        const times = [atimOf(atim, fstflags), mtimOf(mtim, fstflags)] as const;
        return errnoOf(native.utimensat(opened.fd, "", ...times, AT_EMPTY_PATH));
      });
    },
  };
}

// Holds the file by O_PATH: it need not be readable, and a symlink can be held too.
function withFile(
  { memory, table, lookup }: Context,
  named: { fd: number; flags: number; path: number; length: number; right: number },
  act: (opened: Opened, readOnly: boolean) => number,
): number {
  const directory = table.directory(named.fd >>> 0, named.right);
  if (typeof directory === "number") return directory;
  const path = readPath(memory, named.path >>> 0, named.length >>> 0);
  if (typeof path === "number") return path;
  const follow = (named.flags & symlinkFollow) !== 0;
  const opened = lookup.open(directory, path, { flags: O_PATH, mode: 0, follow });
  if (opened.fd < 0) return errnoOf(opened.fd);
  const result = act(opened, lookup.isReadOnly(directory, opened));
  native.close(opened.fd);
  return result;
}
