import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";

/**
 * An eventfd that cgroup v1 signals when the cgroup, or one above it, is out of memory, and when it is removed;
 * undefined where the kernel gives none. https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#oom-control
 */
export function oomEventfd(folder: HostPath, oomControl: number): number | undefined {
  const control = native.openat(atFdcwd, `${folder}/cgroup.event_control`, open.writeOnly, 0);
  const eventfd = control < 0 ? control : native.eventfd();
  const written = eventfd < 0 ? eventfd : writeAll(control, `${eventfd} ${oomControl}`);
  if (control >= 0) native.close(control);
  if (written >= 0) return eventfd;
  if (eventfd >= 0) native.close(eventfd);
  return undefined;
}
