import { atFdcwd, native } from "../../native/native.ts";
import type { KernelCall } from "./kernel-call.ts";

const first = 3;
const most = 1024;

/**
 * Keeps the descriptors that the caller passes to the container (`--preserve-fds`, and the sockets of LISTEN_FDS
 * before them) open for the low-level runtime: Bun makes all from 4 on close-on-exec when it starts.
 */
export function keepPassedDescriptors({ flags }: KernelCall): void {
  const count = countOf(flags.value("--preserve-fds")) + countOf(process.env["LISTEN_FDS"]);
  for (let fd = first; fd < first + Math.min(count, most); fd++)
    if (!isRuntimes(fd)) native.setCloexec(fd, false);
}

// What is no count is the low-level runtime's to complain of.
function countOf(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
}

// Where the caller has passed fewer than it says, these two of Bun's own may stand in the gap.
function isRuntimes(fd: number): boolean {
  const target = new Uint8Array(64);
  const length = native.readlinkat(atFdcwd, `/proc/self/fd/${fd}`, target.buffer, 0, target.length);
  const name = new TextDecoder().decode(target.subarray(0, Math.max(length, 0)));
  return name === "anon_inode:[eventpoll]" || name === "anon_inode:[eventfd]";
}
