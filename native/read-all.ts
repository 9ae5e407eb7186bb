import { native, statFields } from "./native.ts";

const firstChunk = 65_536;
const EFBIG = 27;

/** All bytes behind `fd`; -errno where it cannot be read, -EFBIG where it holds more than `most`. */
export function readAll(fd: number, most: number): Uint8Array<ArrayBuffer> | number {
  let bytes = new Uint8Array(firstChunk);
  let length = fill(fd, bytes);
  // Most files fit into the first chunk, and are then read without asking for their size.
  while (length === bytes.length) {
    const size = nextSize(fd, length);
    if (size > most + 1) return -EFBIG;
    const larger = new Uint8Array(size);
    larger.set(bytes);
    const more = fill(fd, larger.subarray(length));
    if (more < 0) return more;
    length += more;
    bytes = larger;
  }
  if (length > most) return -EFBIG;
  return length < 0 ? length : bytes.subarray(0, length);
}

// One byte more than a regular file has, so that its end is seen; twice as much for a pipe and the like.
function nextSize(fd: number, length: number): number {
  const stat = new BigInt64Array(statFields.count);
  const size = native.fstat(fd, stat) < 0 ? 0 : Number(stat[statFields.size] ?? 0n);
  return size >= length ? size + 1 : length * 2;
}

function fill(fd: number, bytes: Uint8Array<ArrayBuffer>): number {
  let length = 0;
  while (length < bytes.length) {
    const count = native.read(fd, bytes.buffer, bytes.byteOffset + length, bytes.length - length);
    if (count < 0) return count;
    if (count === 0) break;
    length += count;
  }
  return length;
}
