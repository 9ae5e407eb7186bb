import { atFdcwd, native } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import type { HostPath } from "../../oci/grant.ts";
import { checked, systemError } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";
import { oneLine } from "../one-line.ts";
import { mountFlags } from "./mount-flags.ts";
import { shortened } from "./overlay-options.ts";

/** One mount of a container's root file system, as a snapshotter of containerd's describes it. */
export interface RootfsMount {
  readonly type: string;
  readonly source: string;
  /** A folder beneath the root file system; "" for the root itself. */
  readonly target: string;
  readonly options: readonly string[];
}

/** openat2(2): RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS. */
const inRoot = 0x12;
/** RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH. */
const noLinks = 0x0c;
const ms = { remount: 32, bind: 4096, recursive: 16384 } as const;
const mnt = { detach: 2, noFollow: 8 } as const;
const ebusy = -16;
const maxUnmountTries = 8;

/** Mounts a root file system at `target`, or nothing of it. */
export function mountRootfs(mounts: readonly RootfsMount[], target: HostPath): void {
  if (mounts.length === 0) return;
  native.mkdirat(atFdcwd, target, 0o711);
  for (const [index, mount] of mounts.entries()) {
    try {
      if (mount.target === "") mountOne(mount, (use) => use(target), target);
      else mountOne(mount, beneath(target, mount.target), `${target}/${mount.target}`);
    } catch (error) {
      unmountRootfs(mounts.slice(0, index), target);
      throw error;
    }
  }
}

/** Takes a root file system away that mountRootfs() has mounted; where it has mounted nothing, it is somebody else's. */
export function unmountRootfs(mounts: readonly RootfsMount[], target: HostPath): void {
  if (mounts.length === 0) return;
  if (mounts.every((mount) => mount.target === "")) unmountAll(target);
  else unmountBeneath(target);
}

// All mounts at one place; content where there are none.
function unmountAll(target: HostPath): void {
  for (;;) {
    const result = native.umount(target, mnt.noFollow);
    // What a container has left mounted beneath goes with it.
    if (result === ebusy) native.umount(target, mnt.noFollow | mnt.detach);
    else if (result < 0) return;
  }
}

/**
 * Takes away all mounts at `folder` and beneath it, the last one first. A mount whose way is changed meanwhile is looked for
 * again, a few times.
 */
export function unmountBeneath(folder: HostPath): void {
  for (let tries = 0; tries < maxUnmountTries; tries++) {
    const points = mountsBeneath(folder);
    if (points.length === 0) return;
    for (const point of points.toReversed())
      if (point === folder) unmountAll(folder);
      else unmountIn(folder, point.slice(folder.length + 1));
  }
}

// proc(5), mountinfo: field 5 is the mount point.
function mountsBeneath(folder: HostPath): HostPath[] {
  return (linuxFiles.readText("/proc/self/mountinfo") ?? "")
    .split("\n")
    .map((line) => unescaped(line.split(" ")[4] ?? ""))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
}

// A container, or who shares files with it, may have put a symlink on the way since: the mount point is looked up in its own
// directory, which is found without following any.
function unmountIn(folder: HostPath, point: string): void {
  const slash = point.lastIndexOf("/");
  const flags = open.path | open.directory;
  const top = native.openat(atFdcwd, folder, flags | open.noFollow, 0);
  const parent = slash < 0 ? "." : point.slice(0, slash);
  const fd = top < 0 ? top : openResolved(top, parent, { flags, mode: 0, resolve: noLinks });
  if (top >= 0) native.close(top);
  if (fd < 0) return;
  const entered = native.chdir(`/proc/self/fd/${fd}`);
  native.close(fd);
  if (entered >= 0) unmountAll(point.slice(slash + 1));
  native.chdir("/");
}

function unescaped(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

// Gives the path of where to mount, as it is at the moment: before the mount that of a folder, after it that of its root.
type Place = (use: (path: HostPath) => number) => number;

function mountOne({ type, source, options }: RootfsMount, place: Place, name: HostPath): void {
  const { flags, propagation, data } = mountFlags(options);
  const { folder, text } = shortened(type, data);
  native.chdir(folder);
  const result = place((target) => native.mount(source, target, type, flags, text));
  native.chdir("/");
  checked(result, `mount ${oneLine(type, 40)} on`, name);
  // mount(2): a bind mount takes no other flags at first, and propagation is a call of its own.
  const rest = flags & ms.bind && flags & ~ms.bind & ~ms.recursive ? [flags | ms.remount] : [];
  for (const change of propagation === 0 ? rest : [...rest, propagation]) {
    const changed = place((target) => native.mount("none", target, "", change, ""));
    if (changed >= 0) continue;
    place((target) => native.umount(target, mnt.detach));
    throw systemError(changed, "mount", name);
  }
}

// What is mounted already comes from an image: its links must not lead out of it.
function beneath(root: HostPath, target: string): Place {
  return (use) => {
    const top = checked(
      native.openat(atFdcwd, root, open.path | open.directory | open.noFollow, 0),
      "open",
      root,
    );
    const fd = openResolved(top, target, { flags: open.path, mode: 0, resolve: inRoot });
    native.close(top);
    if (fd < 0) return fd;
    const result = use(`/proc/self/fd/${fd}`);
    native.close(fd);
    return result;
  };
}
