import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { removeSocket } from "../host/remove-socket.ts";
import { isServed } from "../task/bootstrap/listen.ts";

const afUnix = 1;
const backlog = 128;
const firstPassed = 3;

/**
 * A listening socket of ours alone at `path`; what a monitor that was killed has left there is taken away. Whoever calls has
 * the spool beside it, so there is no second one that could do the same.
 */
export function listenAt(path: HostPath): number {
  makeParents(path);
  if (linuxFiles.exists(path)) {
    if (isServed(path))
      throw new WrunError("exists", `somebody listens at ${path}: name another address by --listen`);
    removeSocket(path);
  }
  const before = native.umask(0o177);
  try {
    return checked(native.listen(afUnix, path, 0, backlog), "listen at", path);
  } finally {
    native.umask(before);
  }
}

/** The socket that systemd has opened for us (sd_listen_fds(3)); undefined where it has not. */
export function passedSocket(): number | undefined {
  const { LISTEN_PID: pid, LISTEN_FDS: count } = process.env;
  if (Number(pid) !== native.getpid() || !(Number(count) >= 1)) return undefined;
  native.setCloexec(firstPassed, true);
  return firstPassed;
}
