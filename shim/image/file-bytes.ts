import { atFdcwd, native, statFields } from "../../native/native.ts";
import { checked } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";

/** Bytes in a part: large enough for the system calls not to count, small enough for a few to be in flight. */
const partBytes = 64 * 1024;
const fromStart = 0;

/** A file that is open, for errors to name. */
export interface OpenFile {
  readonly fd: number;
  readonly path: string;
}

/** A stretch of a file. */
export interface Stretch {
  readonly offset: number;
  readonly size: number;
}

/** A stretch of a file, in parts; fewer bytes where the file ends. Several may be read by turns. */
export async function* stretchBytes(
  { fd, path }: OpenFile,
  { offset, size }: Stretch,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size;) {
    const part = new Uint8Array(Math.min(partBytes, size - at));
    native.lseek(fd, BigInt(offset + at), fromStart);
    const length = checked(native.read(fd, part.buffer, 0, part.length), "read", path);
    if (length === 0) return;
    yield part.subarray(0, length);
    at += length;
  }
}

/** All that can be read from a descriptor, in parts. */
export async function* fileBytes({ fd, path }: OpenFile): AsyncGenerator<Uint8Array> {
  for (;;) {
    const part = new Uint8Array(partBytes);
    const length = checked(native.read(fd, part.buffer, 0, part.length), "read", path);
    if (length === 0) return;
    yield part.subarray(0, length);
  }
}

/** The first bytes of a file, at most `most`, from `offset` on. */
export async function headOf(file: OpenFile, most: number, offset = 0): Promise<Uint8Array> {
  for await (const part of stretchBytes(file, { offset, size: most })) return part;
  return new Uint8Array();
}

/** Writes all of some bytes. */
export function writePart({ fd, path }: OpenFile, part: Uint8Array): void {
  checked(writeAll(fd, part), "write", path);
}

/** Opens a file to read; a FIFO is not waited for. */
export function openToRead(path: string): OpenFile {
  const flags = open.readOnly | open.noTerminal | open.nonBlocking;
  return { fd: checked(native.openat(atFdcwd, path, flags, 0), "open", path), path };
}

/** A file's size; undefined where it is no regular file. */
export function sizeOf({ fd, path }: OpenFile): number | undefined {
  const stat = new BigInt64Array(statFields.count);
  checked(native.fstat(fd, stat), "read", path);
  const isFile = (Number(stat[statFields.mode]) & 0o170000) === 0o100000;
  return isFile ? Number(stat[statFields.size]) : undefined;
}
