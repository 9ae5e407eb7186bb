import { native } from "../../native/native.ts";
import { listenFds } from "../../oci/listen-fds.ts";
import type { KernelCall } from "./kernel-call.ts";
import { descriptorPath } from "../host/descriptor-path.ts";

const first = 3;
const max = 1024;

/**
 * Descriptors from 3 on that the container's process inherits: first sockets (LISTEN_FDS, sd_listen_fds(3)), then those of
 * `--preserve-fds`.
 */
export interface PassedDescriptors {
  /** The first number behind them. */
  readonly end: number;
  /** The `--preserve-fds` that passes them. */
  readonly preserve: number;
  /** Whether the caller's own `--preserve-fds` does not. */
  readonly mustPreserve: boolean;
}

/**
 * Which descriptors the low-level runtime will pass on. crun counts LISTEN_FDS, whatever LISTEN_PID says; runc does where
 * LISTEN_PID is its own pid, so that sockets for "1", which Podman writes, must be preserved there.
 */
export function passedDescriptors(call: KernelCall, isCrun: boolean): PassedDescriptors {
  const preserved = countOf(call.flags.value("--preserve-fds"));
  const given = countOf(process.env["LISTEN_FDS"]);
  const isForUs = process.env["LISTEN_PID"] === String(native.getpid());
  const taken = isCrun || isForUs ? given : 0;
  const granted = listenFds(native.environ(), native.getpid());
  const more = Math.max(0, granted - taken) + preserved;
  return { end: first + taken + more, preserve: more, mustPreserve: more > preserved };
}

/**
 * Keeps the descriptors that the caller passes to the container open for the low-level runtime: Bun makes all from 4 on
 * close-on-exec when it starts.
 */
export function keepPassedDescriptors({ flags }: KernelCall): void {
  const count = countOf(flags.value("--preserve-fds")) + countOf(process.env["LISTEN_FDS"]);
  for (let fd = first; fd < first + Math.min(count, max); fd++)
    if (!isRuntimes(fd)) native.setCloexec(fd, false);
}

// What is no count is the low-level runtime's to complain of.
function countOf(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
}

// Where the caller has passed fewer than it says, these two of Bun's own may stand in the gap.
function isRuntimes(fd: number): boolean {
  const name = descriptorPath(fd);
  return name === "anon_inode:[eventpoll]" || name === "anon_inode:[eventfd]";
}
