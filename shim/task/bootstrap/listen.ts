import { native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { linuxFiles } from "../../host/files.ts";
import type { Lock } from "../../host/host.ts";
import { makeParents } from "../../host/make-parents.ts";
import { removeSocket } from "../../host/remove-socket.ts";

const afUnix = 1;
const backlog = 128;
const eaddrinuse = -98;
const eagain = -11;
/** PF_EXITING of include/linux/sched.h. */
const exiting = 4;
/** SOCK_NONBLOCK. */
const nonBlocking = 0o4000;

/**
 * Listens at `socket`, or finds that a shim does: undefined. What a shim that was killed has left there is taken away.
 * One at a time: of two that find the same remains, the second would take the first one's new socket away.
 */
export function listen(socket: HostPath): number | undefined {
  makeParents(socket, 0o700);
  using lock = lockOf(socket);
  void lock;
  const before = native.umask(0o077);
  try {
    const fd = native.listen(afUnix, socket, 0, backlog);
    if (fd !== eaddrinuse) return checked(fd, "listen at", socket);
    if (isServed(socket)) return undefined;
    removeSocket(socket);
    return checked(native.listen(afUnix, socket, 0, backlog), "listen at", socket);
  } finally {
    native.umask(before);
  }
}

/** Takes away a socket at which nobody listens; one that a new shim is just making there stays. */
export function removeDead(socket: HostPath): void {
  using lock = lockOf(socket);
  if (lock !== undefined && !isServed(socket)) removeSocket(socket);
}

function lockOf(socket: HostPath): Lock | undefined {
  return linuxFiles.lock(socket.slice(0, socket.lastIndexOf("/")));
}

/** Whether a shim listens at a socket that is not about to end. */
export function isServed(socket: HostPath): boolean {
  const fd = native.connectUnix(socket, nonBlocking);
  // One that has no room for more is served, too.
  if (fd < 0) return fd === eagain;
  const pid = native.peerPid(fd);
  native.close(fd);
  return pid <= 0 || !isExiting(pid);
}

// A process that was killed may still take connections, when others of its descriptors are closed already.
// Field 9 of /proc/PID/stat, behind the name in brackets (proc(5)).
function isExiting(pid: number): boolean {
  const [, , , , , , flags] = (linuxFiles.readText(`/proc/${pid}/stat`) ?? "")
    .replace(/^.*\) /s, "")
    .split(" ");
  return flags === undefined || (Number(flags) & exiting) !== 0;
}
