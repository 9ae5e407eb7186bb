import { native, nowTime, omitTime, statFields } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import { filetypeOf } from "./descriptor.ts";
import { Errno, errnoOf } from "./errno.ts";

const size = 64;
const stat = new BigInt64Array(statFields.count);

/** Writes `$filestat` of a host descriptor, as the type `filetype` where the caller knows better. */
export function putFilestat(memory: GuestMemory, out: number, fd: number, filetype?: number): number {
  if (!memory.fits(out, size)) return Errno.fault;
  const result = native.fstat(fd, stat);
  if (result < 0) return errnoOf(result);
  memory.putU64(out, field(statFields.dev));
  memory.putU64(out + 8, field(statFields.ino));
  memory.putU64(out + 16, BigInt(filetype ?? filetypeOf(stat)));
  memory.putU64(out + 24, field(statFields.nlink));
  memory.putU64(out + 32, field(statFields.size));
  memory.putU64(out + 40, timestamp(statFields.atim));
  memory.putU64(out + 48, timestamp(statFields.mtim));
  memory.putU64(out + 56, timestamp(statFields.ctim));
  return Errno.success;
}

function field(index: number): bigint {
  return stat[index] ?? 0n;
}

// `$timestamp` is unsigned: a time before 1970 would show as one after 2554.
function timestamp(index: number): bigint {
  const time = field(index);
  return time < 0n ? 0n : time;
}

const Fstflag = { atim: 1, atimNow: 2, mtim: 4, mtimNow: 8 } as const;

/** Whether `fstflags` is a set that means something: not both a time and now. */
export function areFstflags(fstflags: number): boolean {
  const bothAtim = Fstflag.atim | Fstflag.atimNow;
  const bothMtim = Fstflag.mtim | Fstflag.mtimNow;
  return (
    (fstflags & ~(bothAtim | bothMtim)) === 0 &&
    (fstflags & bothAtim) !== bothAtim &&
    (fstflags & bothMtim) !== bothMtim
  );
}

/** The access time that a set_times call asks for, as utimensat takes it. */
export function atimOf(time: bigint, fstflags: number): bigint {
  if (fstflags & Fstflag.atimNow) return nowTime;
  return fstflags & Fstflag.atim ? toNanoseconds(time) : omitTime;
}

/** The modification time that a set_times call asks for, as utimensat takes it. */
export function mtimOf(time: bigint, fstflags: number): bigint {
  if (fstflags & Fstflag.mtimNow) return nowTime;
  return fstflags & Fstflag.mtim ? toNanoseconds(time) : omitTime;
}

// An i64 with the top bit set would be one of utimensat's two special values, or 1677; `$timestamp` is unsigned.
function toNanoseconds(time: bigint): bigint {
  return time < 0n ? 2n ** 63n - 1n : time;
}
