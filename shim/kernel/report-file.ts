import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { IdMapping, RuntimeSpec } from "../../oci/runtime-spec.ts";
import { checked } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";

/**
 * Makes the file into which the engine reports the guest's life, empty, and new: an earlier container of the same
 * bundle may run on and write into its own.
 */
export function makeReportFile(path: HostPath, spec: RuntimeSpec): void {
  native.unlinkat(atFdcwd, path, 0);
  const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
  const fd = checked(native.openat(atFdcwd, path, flags, 0o600), "make", path);
  if (!giveToGuest(fd, spec)) native.fchmod(fd, 0o666);
  native.close(fd);
}

// The engine runs as the guest's user. Who that is in a user namespace that the container joins, or whether we
// may give a file to them, is not always known: then anybody may write it who can reach the bundle.
function giveToGuest(fd: number, { process, linux }: RuntimeSpec): boolean {
  const user = linux?.namespaces?.find(({ type }) => type === "user");
  if ((user?.path ?? "") !== "") return false;
  const uid = outside(process?.user?.uid ?? 0, user === undefined ? undefined : linux?.uidMappings);
  return uid === native.geteuid() || (uid !== undefined && native.fchown(fd, uid, native.getgid()) >= 0);
}

function outside(id: number, mappings: readonly IdMapping[] | undefined): number | undefined {
  if (mappings === undefined) return id;
  const run = mappings.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  return run && run.hostID + (id - run.containerID);
}
