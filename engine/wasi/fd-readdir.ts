import { native, statFields } from "../../native/native.ts";
import type { Context, WasiFunctions } from "./context.ts";
import { Filetype } from "./descriptor.ts";
import { Directory } from "./directory.ts";
import { Errno, errnoOf } from "./errno.ts";
import { decodePath } from "./path.ts";
import { isRefusedDevice } from "./guard.ts";
import { AT_SYMLINK_NOFOLLOW, ENOENT, SEEK_SET } from "./linux.ts";
import { join } from "./namespace.ts";
import { Right } from "./rights.ts";

// `$dirent`: u64 next, u64 inode, u32 name length, u8 type, 3 bytes of padding; then the name.
const direntSize = 24;
// linux_dirent64: u64 inode, s64 offset of the next, u16 length of the record, u8 type; then the name, NUL.
const nameOffset = 19;

// wasi-libc's telldir hands a cookie to the guest as `long`, which has 32 bits on wasm32.
const maxCookie = 0xffff_ffffn;

const DT_CHR = 2;
const DT_BLK = 6;

const stat = new BigInt64Array(statFields.count);

/** DT_* to `$filetype`: fifo, character device, directory, block device, file, symlink, socket. */
const filetypes: Readonly<Record<number, number>> = {
  2: Filetype.characterDevice,
  4: Filetype.directory,
  6: Filetype.blockDevice,
  8: Filetype.regularFile,
  10: Filetype.symbolicLink,
  12: Filetype.socketStream,
};

/** fd_readdir. */
export function fdReaddirFunctions(context: Context): WasiFunctions {
  const { table, memory } = context;
  return {
    fd_readdir(fd: number, buffer: number, length: number, cookie: bigint, out: number): number {
      const entry = table.get(fd >>> 0);
      if (entry === undefined) return Errno.badf;
      if (!(entry instanceof Directory)) return Errno.notdir;
      if (entry.lacks(Right.fdReaddir)) return Errno.notcapable;
      if (!memory.fits(buffer >>> 0, length >>> 0) || !memory.fits(out >>> 0, 4)) return Errno.fault;
      const wanted = BigInt.asUintN(64, cookie);
      if (wanted > maxCookie) return Errno.inval;
      const into = { at: buffer >>> 0, left: length >>> 0 };
      const used = new Listing(context, entry, into).fill(Number(wanted));
      if (used < 0) return errnoOf(used);
      memory.putU32(out >>> 0, used);
      return Errno.success;
    },
  };
}

/** The records of one directory on their way into the guest's buffer. */
class Listing {
  readonly #context: Context;
  readonly #directory: Directory;
  readonly #start: number;
  #at: number;
  #left: number;
  // The record that comes next, and how many come before the one that the guest wants first.
  #record = 0;
  #skipped = 0;

  constructor(context: Context, directory: Directory, into: { at: number; left: number }) {
    this.#context = context;
    this.#directory = directory;
    this.#start = into.at;
    this.#at = into.at;
    this.#left = into.left;
  }

  /** Bytes written from `cookie` on, less than there was room for only at the directory's end; or -errno. */
  fill(cookie: number): number {
    const from = this.#directory.cookies.find(cookie);
    const seeked = native.lseek(this.#directory.fd, from.offset, SEEK_SET);
    if (seeked < 0n) return Number(seeked);
    this.#record = from.record;
    this.#skipped = cookie - from.record;
    const records = new Uint8Array(Math.min(Math.max(this.#left, 1024), 32768));
    while (this.#left > 0) {
      const length = native.getdents(this.#directory.fd, records.buffer, 0, records.length);
      // ENOENT: the directory was removed while it is open. POSIX has that be its end.
      if (length === 0 || length === -ENOENT) break;
      if (length < 0) return length;
      this.#putAll(records.subarray(0, length));
    }
    return this.#at - this.#start;
  }

  #putAll(records: Uint8Array<ArrayBuffer>): void {
    const view = new DataView(records.buffer);
    for (let at = 0; at < records.length && this.#left > 0; at += view.getUint16(at + 16, true)) {
      this.#directory.cookies.add(++this.#record, view.getBigInt64(at + 8, true));
      if (this.#skipped-- > 0) continue;
      const record = records.subarray(at, at + view.getUint16(at + 16, true));
      const name = record.subarray(nameOffset, record.indexOf(0, nameOffset));
      const isHidden = this.#isHidden(name) || this.#isHiddenFile(view.getBigUint64(at, true), name);
      if (!isHidden && !this.#isRefused(name, record[18])) this.#put(view, at, name);
    }
  }

  // The last one is cut where the buffer ends: that tells the guest to come again with more room.
  #put(records: DataView, at: number, name: Uint8Array): void {
    const dirent = new Uint8Array(direntSize + name.length);
    const view = new DataView(dirent.buffer);
    view.setBigUint64(0, BigInt(this.#record), true);
    view.setBigUint64(8, records.getBigUint64(at, true), true);
    view.setUint32(16, name.length, true);
    view.setUint8(20, filetypes[records.getUint8(at + 18)] ?? Filetype.unknown);
    dirent.set(name, direntSize);
    const cut = dirent.subarray(0, this.#left);
    this.#context.memory.bytes.set(cut, this.#at);
    this.#directory.cookies.addLast(this.#record, records.getBigInt64(at + 8, true));
    this.#at += cut.length;
    this.#left -= cut.length;
  }

  // A device that the guest could not open is not shown to it either.
  #isRefused(name: Uint8Array, type: number | undefined): boolean {
    if (type !== DT_CHR && type !== DT_BLK) return false;
    const text = decodePath(name);
    if (text === undefined) return true;
    const found = native.fstatat(this.#directory.fd, text, AT_SYMLINK_NOFOLLOW, stat) >= 0;
    return !found || isRefusedDevice(stat);
  }

  // By what it is: its inode number says where to look again.
  #isHiddenFile(ino: bigint, name: Uint8Array): boolean {
    const { known } = this.#context.lookup.guard;
    if (!known.mayHide(ino)) return false;
    const text = decodePath(name);
    if (text === undefined) return true;
    return native.fstatat(this.#directory.fd, text, AT_SYMLINK_NOFOLLOW, stat) >= 0 && known.isHidden(stat);
  }

  #isHidden(name: Uint8Array): boolean {
    const { namespace } = this.#context.lookup;
    if (namespace.isPlain(this.#directory.path)) return false;
    const text = decodePath(name);
    const kind = text === undefined ? undefined : namespace.at(join(this.#directory.path, text))?.kind;
    // Where a standard stream has a name, the file system has something else, or nothing.
    return kind === "hidden" || kind === "stream";
  }
}
