import type { Context, WasiFunctions } from "./context.ts";
import { Errno } from "./errno.ts";

/** sock_accept, sock_recv, sock_send, sock_shutdown. */
export function sockFunctions({ memory, table }: Context): WasiFunctions {
  return {
    sock_accept(fd: number, flags: number, out: number): number {
      const entry = table.get(fd >>> 0);
      if (entry === undefined) return Errno.badf;
      if (!memory.fits(out >>> 0, 4)) return Errno.fault;
      if (table.isFull) return Errno.mfile;
      const accepted = entry.accept(flags);
      if (typeof accepted === "number") return accepted;
      memory.putU32(out >>> 0, table.add(accepted));
      return Errno.success;
    },
    sock_recv: (fd: number, iovs: number, count: number, flags: number, out: number, outFlags: number) =>
      table
        .get(fd >>> 0)
        ?.receive(iovs >>> 0, count >>> 0, { flags, out: out >>> 0, outFlags: outFlags >>> 0 }) ?? Errno.badf,
    sock_send(fd: number, iovs: number, count: number, flags: number, out: number): number {
      const entry = table.get(fd >>> 0);
      if (entry === undefined) return Errno.badf;
      // `$siflags` has no bits yet.
      return flags === 0 ? entry.send(iovs >>> 0, count >>> 0, out >>> 0) : Errno.inval;
    },
    sock_shutdown: (fd: number, how: number) => table.get(fd >>> 0)?.shutdown(how) ?? Errno.badf,
  };
}
