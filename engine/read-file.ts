import { atFdcwd, native, statFields } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import { errno, errnoText } from "./errno.ts";

// What the JavaScript interface of wasm allows a module to be:
// https://webassembly.github.io/spec/js-api/#limits
const mostBytes = 2 ** 30;
const openFlags = { readOnly: 0, noControllingTty: 0o400 };

/** Opens a file of the host's as any program would. */
export function openHostFile(path: string): number {
  return opened(native.openat(atFdcwd, path, openFlags.readOnly | openFlags.noControllingTty, 0));
}

/** The descriptor, or the error that -errno stands for. */
export function opened(fd: number): number {
  if (fd >= 0) return fd;
  const missing = -fd === errno.ENOENT || -fd === errno.ENOTDIR;
  throw new WrunError(missing ? "not-found" : "io", `cannot open it: ${errnoText(fd)}`);
}

/** All bytes behind `fd`, which is closed. */
export function readWhole(fd: number): Uint8Array<ArrayBuffer> {
  const bytes = readFrom(fd);
  native.close(fd);
  return bytes;
}

const firstChunk = 65_536;

// Most modules fit into the first chunk, and are then read without asking for their size.
function readFrom(fd: number): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(firstChunk);
  let length = readInto(fd, bytes);
  while (length === bytes.length) {
    const larger = new Uint8Array(nextSize(fd, length));
    larger.set(bytes);
    length += readInto(fd, larger.subarray(length));
    bytes = larger;
  }
  return bytes.subarray(0, length);
}

// One byte more than a regular file has, so that its end is seen; twice as much for a pipe and the like.
function nextSize(fd: number, length: number): number {
  const stat = new BigInt64Array(statFields.count);
  const size = native.fstat(fd, stat) < 0 ? 0 : Number(stat[statFields.size] ?? 0n);
  const next = size >= length ? size + 1 : length * 2;
  if (next > mostBytes)
    throw new WrunError("invalid", "it is larger than 1 GiB, the most that a wasm module may be");
  return next;
}

function readInto(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  let length = 0;
  while (length < bytes.length) {
    const count = native.read(fd, bytes.buffer, bytes.byteOffset + length, bytes.length - length);
    if (count < 0) throw new WrunError("io", `cannot read it: ${errnoText(count)}`);
    if (count === 0) break;
    length += count;
  }
  return length;
}
