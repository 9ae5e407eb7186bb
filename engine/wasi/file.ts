import { native, statFields } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import { Descriptor, release } from "./descriptor.ts";
import { Errno, errnoOf } from "./errno.ts";
import { Fdflag, fromOpenFlags, toOpenFlags } from "./fdflags.ts";
import { putFilestat } from "./filestat.ts";
import { AT_EMPTY_PATH, SEEK_CUR } from "./linux.ts";
import { Right } from "./rights.ts";

const stat = new BigInt64Array(statFields.count);

/** What makes a file descriptor. */
export interface FileKind {
  readonly filetype: number;
  readonly rights: number;
  readonly readOnly: boolean;
}

/** A regular file, or a device that has a position. */
export class File extends Descriptor {
  readonly fd: number;
  readonly filetype: number;
  readonly #memory: GuestMemory;
  readonly #readOnly: boolean;

  constructor(memory: GuestMemory, fd: number, kind: FileKind) {
    super(kind.rights, 0);
    this.#memory = memory;
    this.fd = fd;
    this.filetype = kind.filetype;
    this.#readOnly = kind.readOnly;
  }

  close(): number {
    return release(this.fd);
  }

  flags(): number {
    return fromOpenFlags(native.getFlags(this.fd));
  }

  override setFlags(fdflags: number): number {
    if (this.lacks(Right.fdFdstatSetFlags)) return Errno.notcapable;
    const flags = toOpenFlags(fdflags);
    if (flags === undefined) return Errno.inval;
    const sync = Fdflag.dsync | Fdflag.rsync | Fdflag.sync;
    // fcntl(F_SETFL) silently leaves these as they are.
    if ((fdflags & sync & ~this.flags()) !== 0) return Errno.notsup;
    return errnoOf(native.setFlags(this.fd, flags));
  }

  override read(iovs: number, count: number, out: number): number {
    if (this.lacks(Right.fdRead)) return Errno.notcapable;
    const memory = this.#memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    const result = native.readv(this.fd, memory.buffer, iovs, count);
    if (result < 0) return errnoOf(result);
    memory.putU32(out, result);
    return Errno.success;
  }

  override write(iovs: number, count: number, out: number): number {
    if (this.lacks(Right.fdWrite)) return Errno.notcapable;
    const memory = this.#memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    const result = native.writev(this.fd, memory.buffer, iovs, count);
    if (result < 0) return errnoOf(result);
    memory.putU32(out, result);
    return Errno.success;
  }

  override pread(iovs: number, count: number, offset: bigint, out: number): number {
    if (this.lacks(Right.fdRead | Right.fdSeek)) return Errno.notcapable;
    const memory = this.#memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    const result = native.preadv(this.fd, memory.buffer, iovs, count, offset);
    if (result < 0) return errnoOf(result);
    memory.putU32(out, result);
    return Errno.success;
  }

  override pwrite(iovs: number, count: number, offset: bigint, out: number): number {
    if (this.lacks(Right.fdWrite | Right.fdSeek)) return Errno.notcapable;
    const memory = this.#memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    const result = native.pwritev(this.fd, memory.buffer, iovs, count, offset);
    if (result < 0) return errnoOf(result);
    memory.putU32(out, result);
    return Errno.success;
  }

  override seek(offset: bigint, whence: number, out: number): number {
    const asks = whence === SEEK_CUR && offset === 0n ? Right.fdTell : Right.fdSeek | Right.fdTell;
    if (this.lacks(asks)) return Errno.notcapable;
    if (whence > 2) return Errno.inval;
    if (!this.#memory.fits(out, 8)) return Errno.fault;
    const result = native.lseek(this.fd, offset, whence);
    if (result < 0n) return errnoOf(Number(result));
    this.#memory.putU64(out, result);
    return Errno.success;
  }

  override tell(out: number): number {
    return this.seek(0n, SEEK_CUR, out);
  }

  override sync(): number {
    if (this.lacks(Right.fdSync)) return Errno.notcapable;
    return errnoOf(native.fsync(this.fd));
  }

  override datasync(): number {
    if (this.lacks(Right.fdDatasync)) return Errno.notcapable;
    return errnoOf(native.fdatasync(this.fd));
  }

  override advise(offset: bigint, length: bigint, advice: number): number {
    if (this.lacks(Right.fdAdvise)) return Errno.notcapable;
    const linux = toLinuxAdvice[advice];
    if (linux === undefined || length < 0n || offset < 0n) return Errno.inval;
    return errnoOf(native.fadvise(this.fd, offset, length, linux));
  }

  override allocate(offset: bigint, length: bigint): number {
    if (this.lacks(Right.fdAllocate)) return Errno.notcapable;
    return errnoOf(native.fallocate(this.fd, 0, offset, length));
  }

  override filestat(out: number): number {
    if (this.lacks(Right.fdFilestatGet)) return Errno.notcapable;
    return putFilestat(this.#memory, out, this.fd);
  }

  override setSize(size: bigint): number {
    if (this.lacks(Right.fdFilestatSetSize)) return Errno.notcapable;
    return errnoOf(native.ftruncate(this.fd, size));
  }

  override setTimes(atim: bigint, mtim: bigint): number {
    if (this.lacks(Right.fdFilestatSetTimes)) return Errno.notcapable;
    if (this.#readOnly) return Errno.rofs;
    return errnoOf(native.utimensat(this.fd, "", atim, mtim, AT_EMPTY_PATH));
  }

  override readable(): bigint {
    const position = native.lseek(this.fd, 0n, SEEK_CUR);
    if (position < 0n || native.fstat(this.fd, stat) < 0) return 1n;
    const left = (stat[statFields.size] ?? 0n) - position;
    return left > 0n ? left : 0n;
  }
}

// `$advice` normal, sequential, random, willneed, dontneed, noreuse as POSIX_FADV_*.
const toLinuxAdvice = [0, 2, 1, 3, 4, 5];
