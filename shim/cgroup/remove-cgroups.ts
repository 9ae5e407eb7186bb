import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { linuxFiles } from "../host/files.ts";
import { folderOf } from "./cgroup.ts";
import { parseCgroupMounts } from "./cgroup-mounts.ts";

const atRemovedir = 0x200;
const ebusy = -16;
const pollMs = 10;
/** So long the last processes of a container may take to leave its cgroup. */
const usualMaxWaitMs = 10_000;

/**
 * The cgroup of a container's process in every hierarchy, v1's without a controller too (`name=systemd`); none where the
 * process has exited, or the cgroup does not bear the container's id: it may be shared then.
 */
export function cgroupFoldersOf(pid: number, id: string): readonly HostPath[] {
  const text = pid > 0 ? (linuxFiles.readText(`/proc/${pid}/cgroup`) ?? "") : "";
  const mounts = parseCgroupMounts(linuxFiles.readText("/proc/self/mountinfo") ?? "");
  return text.split("\n").flatMap((line) => {
    const [, names = "", path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (!path.slice(path.lastIndexOf("/")).includes(id)) return [];
    const hierarchy = names.split(",").filter((name) => name !== "");
    const shown = mounts.filter(({ controllers }) =>
      hierarchy.length === 0
        ? controllers.length === 0
        : hierarchy.every((name) => controllers.includes(name)),
    );
    const folder = folderOf(path, shown);
    return folder === undefined ? [] : [folder];
  });
}

/**
 * Removes cgroups that are empty, or will be in a moment. crun and runc give up where killed processes take long to leave, as
 * on a busy machine. rmdir(2) removes no cgroup that holds a process or another cgroup.
 */
export async function removeCgroups(
  folders: readonly HostPath[],
  maxWaitMs: number = usualMaxWaitMs,
): Promise<void> {
  for (let waitedMs = 0, left = folders; waitedMs <= maxWaitMs; waitedMs += pollMs) {
    left = left.filter((folder) => native.unlinkat(atFdcwd, folder, atRemovedir) === ebusy);
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
