import { closeSync, constants, openSync, readSync } from "node:fs";
import { native } from "../../../native/native.ts";

/** A FIFO at `path`, and its reading end, non-blocking: what containerd has of a container's output. */
export function makeFifo(path: string): number {
  native.mkfifoat(-100, path, 0o600);
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** All that is in a pipe now. */
export function drain(fd: number): string {
  const buffer = Buffer.alloc(65536);
  let text = "";
  for (;;) {
    const got = readSome(fd, buffer);
    if (got === 0) return text;
    text += buffer.toString("utf8", 0, got);
  }
}

/** drain(), and the end of it. */
export function drainAndClose(fd: number): string {
  const text = drain(fd);
  closeSync(fd);
  return text;
}

// EAGAIN: nothing is there, and somebody may still write.
function readSome(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch {
    return 0;
  }
}
