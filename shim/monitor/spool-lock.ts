import { atFdcwd, native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { open } from "../host/open-flags.ts";

const [lockExclusive, lockNoWait] = [2, 4] as const;

/** Takes a spool for ourselves, as long as the descriptor is open; an error where another monitor has it. */
export function takeSpool(spool: HostPath): number {
  const flags = open.readWrite | open.create | open.noFollow;
  const fd = native.openat(atFdcwd, `${spool}/lock`, flags, 0o600);
  if (fd >= 0 && native.flock(fd, lockExclusive | lockNoWait) >= 0) return fd;
  if (fd >= 0) native.close(fd);
  throw new WrunError(
    "exists",
    `another monitor reads ${spool}: end it, or name another address by --listen`,
  );
}
