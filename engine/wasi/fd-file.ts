import type { Context, WasiFunctions } from "./context.ts";
import { Errno } from "./errno.ts";
import { areFstflags, atimOf, mtimOf } from "./filestat.ts";

/** The calls on an open file as a whole: fd_advise, fd_allocate, fd_datasync, fd_sync, fd_filestat_*. */
export function fdFileFunctions({ table }: Context): WasiFunctions {
  return {
    fd_advise: (fd: number, offset: bigint, length: bigint, advice: number) =>
      table.get(fd >>> 0)?.advise(offset, length, advice) ?? Errno.badf,
    fd_allocate: (fd: number, offset: bigint, length: bigint) =>
      table.get(fd >>> 0)?.allocate(offset, length) ?? Errno.badf,
    fd_datasync: (fd: number) => table.get(fd >>> 0)?.datasync() ?? Errno.badf,
    fd_sync: (fd: number) => table.get(fd >>> 0)?.sync() ?? Errno.badf,
    fd_filestat_get: (fd: number, out: number) => table.get(fd >>> 0)?.filestat(out >>> 0) ?? Errno.badf,
    fd_filestat_set_size: (fd: number, size: bigint) => table.get(fd >>> 0)?.setSize(size) ?? Errno.badf,
    fd_filestat_set_times(fd: number, atim: bigint, mtim: bigint, fstflags: number): number {
      const entry = table.get(fd >>> 0);
      if (entry === undefined) return Errno.badf;
      if (!areFstflags(fstflags)) return Errno.inval;
      return entry.setTimes(atimOf(atim, fstflags), mtimOf(mtim, fstflags));
    },
  };
}
