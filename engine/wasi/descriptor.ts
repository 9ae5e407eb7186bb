import { atFdcwd, native, statFields } from "../../native/native.ts";
import { Errno, errnoOf } from "./errno.ts";
import { O_RDWR, S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from "./linux.ts";

/** `$filetype`. A pipe has none of its own. */
export const Filetype = {
  unknown: 0,
  blockDevice: 1,
  characterDevice: 2,
  directory: 3,
  regularFile: 4,
  socketDgram: 5,
  socketStream: 6,
  symbolicLink: 7,
} as const;

/** The rest of sock_recv's arguments: `$riflags`, and where length and `$roflags` go. */
export interface Receive {
  readonly flags: number;
  readonly out: number;
  readonly outFlags: number;
}

/**
 * One entry of the guest's descriptor table. Here every call answers as for a descriptor that is not of the
 * kind it needs; the real kinds override what they can do. Pointers are unsigned, results WASI errnos.
 */
export abstract class Descriptor {
  abstract readonly filetype: number;
  /** Rights of the descriptor, and those that what is opened through it may get. */
  rights: number;
  inheriting: number;

  constructor(rights: number, inheriting: number) {
    this.rights = rights;
    this.inheriting = inheriting;
  }

  /** The host's descriptor. */
  abstract readonly fd: number;

  abstract close(): number;

  /** `$fdflags`. */
  abstract flags(): number;

  setFlags(_flags: number): number {
    return Errno.badf;
  }

  /** Keeps of the rights what the guest names: rights are only ever given up. */
  setRights(rights: number, inheriting: number): number {
    if ((rights & ~this.rights) !== 0 || (inheriting & ~this.inheriting) !== 0) return Errno.notcapable;
    this.rights = rights;
    this.inheriting = inheriting;
    return Errno.success;
  }

  lacks(right: number): boolean {
    return (this.rights & right) !== right;
  }

  read(_iovs: number, _count: number, _out: number): number {
    return Errno.badf;
  }
  write(_iovs: number, _count: number, _out: number): number {
    return Errno.badf;
  }
  pread(_iovs: number, _count: number, _offset: bigint, _out: number): number {
    return Errno.spipe;
  }
  pwrite(_iovs: number, _count: number, _offset: bigint, _out: number): number {
    return Errno.spipe;
  }
  seek(_offset: bigint, _whence: number, _out: number): number {
    return Errno.spipe;
  }
  tell(_out: number): number {
    return Errno.spipe;
  }
  sync(): number {
    return Errno.inval;
  }
  datasync(): number {
    return Errno.inval;
  }
  advise(_offset: bigint, _length: bigint, _advice: number): number {
    return Errno.spipe;
  }
  allocate(_offset: bigint, _length: bigint): number {
    return Errno.spipe;
  }
  filestat(_out: number): number {
    return Errno.badf;
  }
  setSize(_size: bigint): number {
    return Errno.inval;
  }
  setTimes(_atim: bigint, _mtim: bigint): number {
    return Errno.badf;
  }
  accept(_flags: number): Descriptor | number {
    return Errno.notsock;
  }
  receive(_iovs: number, _count: number, _rest: Receive): number {
    return Errno.notsock;
  }
  send(_iovs: number, _count: number, _out: number): number {
    return Errno.notsock;
  }
  shutdown(_how: number): number {
    return Errno.notsock;
  }

  /** Bytes that can be read at once, for poll_oneoff. */
  readable(): bigint {
    return 1n;
  }
}

/**
 * Closes a descriptor of the host. Our own standard streams give way to /dev/null instead: what is opened next
 * must not become the place where the engine's messages go.
 */
export function release(fd: number): number {
  if (fd > 2) return errnoOf(native.close(fd));
  const nothing = native.openat(atFdcwd, "/dev/null", O_RDWR, 0);
  if (nothing < 0) return errnoOf(native.close(fd));
  native.dup2(nothing, fd);
  return errnoOf(native.close(nothing));
}

/** The file type in the mode that fstat gave. */
export function filetypeOf(stat: BigInt64Array): number {
  switch (Number(stat[statFields.mode]) & S_IFMT) {
    case S_IFREG:
      return Filetype.regularFile;
    case S_IFDIR:
      return Filetype.directory;
    case S_IFLNK:
      return Filetype.symbolicLink;
    case S_IFCHR:
      return Filetype.characterDevice;
    case S_IFBLK:
      return Filetype.blockDevice;
    case S_IFSOCK:
      return Filetype.socketStream;
    default:
      return Filetype.unknown;
  }
}
