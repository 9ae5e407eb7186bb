import { WrunError } from "../../oci/error.ts";
import { linuxFiles } from "../host/files.ts";
import { cgroupOf } from "./cgroup.ts";
import type { Cgroup } from "./cgroup.ts";
import { parseCgroupMounts } from "./cgroup-mounts.ts";
import type { CgroupMount } from "./cgroup-mounts.ts";
import { parseMembership } from "./membership.ts";

let mounts: readonly CgroupMount[] | undefined;

/** The cgroup that a process is in. Ask as soon as it is created: a container may move its processes deeper later. */
export function findCgroup(pid: number): Cgroup {
  const text = linuxFiles.readText(`/proc/${pid}/cgroup`);
  if (text === undefined) throw new WrunError("not-found", `process ${pid} has ended: it has no cgroup`);
  mounts ??= parseCgroupMounts(linuxFiles.readText("/proc/self/mountinfo") ?? "");
  const cgroup = cgroupOf(parseMembership(text), mounts);
  if (cgroup !== undefined) return cgroup;
  throw new WrunError("not-found", `the cgroup of process ${pid} is mounted nowhere in /proc/self/mountinfo`);
}
