import { O_APPEND, O_DSYNC, O_NONBLOCK, O_SYNC } from "./linux.ts";

/** `$fdflags`. */
export const Fdflag = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;

const all = 31;

/** The open(2) flags for `fdflags`; undefined where a bit means nothing. */
export function toOpenFlags(fdflags: number): number | undefined {
  if ((fdflags & ~all) !== 0) return undefined;
  let flags = 0;
  if (fdflags & Fdflag.append) flags |= O_APPEND;
  if (fdflags & Fdflag.nonblock) flags |= O_NONBLOCK;
  if (fdflags & Fdflag.dsync) flags |= O_DSYNC;
  // Linux has no O_RSYNC of its own: it is O_SYNC there.
  if (fdflags & (Fdflag.sync | Fdflag.rsync)) flags |= O_SYNC;
  return flags;
}

/** The `fdflags` that fcntl(F_GETFL) shows; none where it failed. */
export function fromOpenFlags(flags: number): number {
  if (flags < 0) return 0;
  let fdflags = 0;
  if (flags & O_APPEND) fdflags |= Fdflag.append;
  if (flags & O_NONBLOCK) fdflags |= Fdflag.nonblock;
  if ((flags & O_SYNC) === O_SYNC) fdflags |= Fdflag.sync | Fdflag.rsync | Fdflag.dsync;
  else if (flags & O_DSYNC) fdflags |= Fdflag.dsync;
  return fdflags;
}
