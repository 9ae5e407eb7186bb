import type { HostPath } from "../../oci/grant.ts";
import type { CgroupMount } from "./cgroup-mounts.ts";
import type { Membership } from "./membership.ts";

/** Where the kernel counts and limits what a container uses. */
export type Cgroup =
  | {
      readonly version: 1;
      /** A folder a controller; those that are not mounted are absent. */
      readonly folders: ReadonlyMap<string, HostPath>;
    }
  | { readonly version: 2; readonly folder: HostPath };

/**
 * The cgroup of a process by its memberships; undefined where no mount shows it. On a hybrid system, where v1 has the
 * controllers and the tree of v2 few or none, it is that of v1.
 */
export function cgroupOf(
  memberships: readonly Membership[],
  mounts: readonly CgroupMount[],
): Cgroup | undefined {
  const folders = new Map<string, HostPath>();
  for (const { controllers, path } of memberships) {
    for (const name of controllers) {
      const folder = folderOf(
        path,
        mounts.filter(({ controllers: mounted }) => mounted.includes(name)),
      );
      if (folder !== undefined) folders.set(name, folder);
    }
  }
  if (folders.size > 0) return { version: 1, folders };
  const unified = memberships.find(({ controllers }) => controllers.length === 0);
  const folder =
    unified &&
    folderOf(
      unified.path,
      mounts.filter(({ controllers }) => controllers.length === 0),
    );
  return folder === undefined ? undefined : { version: 2, folder };
}

/** Where one of `mounts` shows the cgroup `path`: the last mount at a place is the one that is seen there. */
export function folderOf(path: string, mounts: readonly CgroupMount[]): HostPath | undefined {
  for (const { root, point } of mounts.toReversed()) {
    const rest = beneath(path, root);
    if (rest !== undefined) return point === "/" ? rest || "/" : point + rest;
  }
  return undefined;
}

// A path whose `..` are more than the mount's own leads out of what is mounted.
function beneath(path: string, root: string): string | undefined {
  const base = root === "/" ? "" : root;
  if (path !== base && !path.startsWith(`${base}/`)) return undefined;
  const rest = path.slice(base.length).replace(/\/$/, "");
  return rest.split("/").includes("..") ? undefined : rest;
}
