import { native } from "../../native/native.ts";

/** Writes all of a text, or of bytes; their count, or -errno. */
export function writeAll(fd: number, content: string | Uint8Array): number {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length;) {
    const wrote = native.write(fd, bytes.buffer, bytes.byteOffset + at, bytes.length - at);
    if (wrote === eagain) waitWritable(fd);
    else if (wrote < 0) return wrote;
    else at += wrote;
  }
  return bytes.length;
}

const eagain = -11;
const pollOut = 4;

function waitWritable(fd: number): void {
  native.poll(Int32Array.of(fd, pollOut, 0), 1, -1n);
}
