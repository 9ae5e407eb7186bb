import { atFdcwd, native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { systemError } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";
import { oneLine } from "../one-line.ts";
import { parseCgroupMounts } from "./cgroup-mounts.ts";

/**
 * Moves this process into a cgroup that is there, in every hierarchy that has it. `path` starts at the root of each, as
 * containerd's option ShimCgroup has it.
 */
export function joinCgroup(path: string): void {
  if (!path.startsWith("/") || path.split("/").includes(".."))
    throw new WrunError(
      "invalid",
      `ShimCgroup ${JSON.stringify(oneLine(path, 300))}: no path from the root on`,
    );
  const mounts = parseCgroupMounts(linuxFiles.readText("/proc/self/mountinfo") ?? "");
  const files = mounts.map(({ point }): HostPath => `${point}${path}/cgroup.procs`);
  const joined = files.filter((file) => linuxFiles.exists(file)).map(enter);
  if (joined.length > 0) return;
  throw new WrunError("precondition", `ShimCgroup ${oneLine(path, 300)}: there is no such cgroup`);
}

function enter(file: HostPath): void {
  const fd = native.openat(atFdcwd, file, open.writeOnly, 0);
  const written = fd < 0 ? fd : writeAll(fd, "0");
  if (fd >= 0) native.close(fd);
  if (written < 0) throw systemError(written, "enter", file);
}
