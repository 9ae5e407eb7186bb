import type { Context, WasiFunctions } from "./context.ts";
import { Directory } from "./directory.ts";
import { Errno } from "./errno.ts";
import { toRights } from "./rights.ts";

const fdstatSize = 24;
const prestatSize = 8;
const prestatDirectory = 0;

/** The calls on the descriptor itself: fd_close, fd_renumber, fd_fdstat_*, fd_prestat_*. */
export function fdTableFunctions(context: Context): WasiFunctions {
  const { table } = context;
  return {
    fd_close: (fd: number) => table.close(fd >>> 0),
    fd_renumber: (from: number, to: number) => table.renumber(from >>> 0, to >>> 0),
    fd_fdstat_get: (fd: number, out: number) => putFdstat(context, fd >>> 0, out >>> 0),
    fd_fdstat_set_flags: (fd: number, flags: number) => table.get(fd >>> 0)?.setFlags(flags) ?? Errno.badf,
    fd_fdstat_set_rights: (fd: number, rights: bigint, inheriting: bigint) =>
      table.get(fd >>> 0)?.setRights(toRights(rights), toRights(inheriting)) ?? Errno.badf,
    ...prestatFunctions(context),
  };
}

function putFdstat({ table, memory }: Context, fd: number, out: number): number {
  const entry = table.get(fd);
  if (entry === undefined) return Errno.badf;
  if (!memory.fits(out, fdstatSize)) return Errno.fault;
  memory.putU8(out, entry.filetype);
  memory.putU16(out + 2, entry.flags());
  memory.putU64(out + 8, BigInt(entry.rights));
  memory.putU64(out + 16, BigInt(entry.inheriting));
  return Errno.success;
}

function prestatFunctions({ table, memory }: Context): WasiFunctions {
  const nameOf = (fd: number): Uint8Array | undefined => {
    const entry = table.get(fd);
    if (!(entry instanceof Directory) || entry.preopenName === undefined) return undefined;
    return new TextEncoder().encode(entry.preopenName);
  };
  return {
    fd_prestat_get(fd: number, out: number): number {
      const name = nameOf(fd >>> 0);
      if (name === undefined) return Errno.badf;
      if (!memory.fits(out >>> 0, prestatSize)) return Errno.fault;
      memory.putU32(out >>> 0, prestatDirectory);
      memory.putU32((out >>> 0) + 4, name.length);
      return Errno.success;
    },
    fd_prestat_dir_name(fd: number, buffer: number, length: number): number {
      const name = nameOf(fd >>> 0);
      if (name === undefined) return Errno.badf;
      if (length >>> 0 < name.length) return Errno.nametoolong;
      if (!memory.fits(buffer >>> 0, name.length)) return Errno.fault;
      memory.bytes.set(name, buffer >>> 0);
      return Errno.success;
    },
  };
}
