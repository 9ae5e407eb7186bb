import type { Context, WasiFunctions } from "./context.ts";
import { Errno } from "./errno.ts";

/** fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell: the calls that a guest makes most. */
export function fdIoFunctions({ table }: Context): WasiFunctions {
  return {
    fd_read(fd: number, iovs: number, count: number, out: number): number {
      const entry = table.get(fd >>> 0);
      return entry === undefined ? Errno.badf : entry.read(iovs >>> 0, count >>> 0, out >>> 0);
    },
    fd_write(fd: number, iovs: number, count: number, out: number): number {
      const entry = table.get(fd >>> 0);
      return entry === undefined ? Errno.badf : entry.write(iovs >>> 0, count >>> 0, out >>> 0);
    },
    fd_pread(fd: number, iovs: number, count: number, offset: bigint, out: number): number {
      const entry = table.get(fd >>> 0);
      return entry === undefined ? Errno.badf : entry.pread(iovs >>> 0, count >>> 0, offset, out >>> 0);
    },
    fd_pwrite(fd: number, iovs: number, count: number, offset: bigint, out: number): number {
      const entry = table.get(fd >>> 0);
      return entry === undefined ? Errno.badf : entry.pwrite(iovs >>> 0, count >>> 0, offset, out >>> 0);
    },
    fd_seek(fd: number, offset: bigint, whence: number, out: number): number {
      const entry = table.get(fd >>> 0);
      return entry === undefined ? Errno.badf : entry.seek(offset, whence >>> 0, out >>> 0);
    },
    fd_tell(fd: number, out: number): number {
      const entry = table.get(fd >>> 0);
      return entry === undefined ? Errno.badf : entry.tell(out >>> 0);
    },
  };
}
