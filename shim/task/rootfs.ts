import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { WrunError } from "../../oci/error.ts";
import { systemError } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
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

const ms = { rdonly: 1, remount: 32, bind: 4096 } as const;
const mnt = { detach: 2, noFollow: 8 } as const;
const ebusy = -16;

/** Mounts a root file system at `target`, or nothing of it. */
export function mountRootfs(mounts: readonly RootfsMount[], target: HostPath): void {
  if (mounts.length === 0) return;
  native.mkdirat(-100, target, 0o711);
  try {
    for (const mount of mounts) mountOne(mount, mount.target === "" ? target : beneath(target, mount.target));
  } catch (error) {
    unmountRootfs(target);
    throw error;
  }
}

/** Takes all mounts at `target` away; content where there are none. */
export function unmountRootfs(target: HostPath): void {
  for (;;) {
    const result = native.umount(target, mnt.noFollow);
    // What a container has left mounted beneath goes with it.
    if (result === ebusy) native.umount(target, mnt.noFollow | mnt.detach);
    else if (result < 0) return;
  }
}

/** Takes away all mounts at `folder` and beneath it, the last one first (proc(5), mountinfo: field 5 is the mount point). */
export function unmountBeneath(folder: HostPath): void {
  const points = (linuxFiles.readText("/proc/self/mountinfo") ?? "")
    .split("\n")
    .map((line) => unescaped(line.split(" ")[4] ?? ""))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
  for (const point of points.toReversed()) unmountRootfs(point);
}

function unescaped(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function mountOne({ type, source, options }: RootfsMount, target: HostPath): void {
  const { flags, propagation, data } = mountFlags(options);
  const { folder, text } = shortened(type, data);
  native.chdir(folder);
  const result = native.mount(source, target, type, flags, text);
  native.chdir("/");
  if (result < 0) throw systemError(result, `mount ${oneLine(type, 40)} on`, target);
  // mount(2): a bind mount takes no other flags at first.
  const again = flags & ms.bind && flags & ~ms.bind & ~16384 ? flags | ms.remount : undefined;
  if (again !== undefined) checkMount(native.mount("none", target, "", again, ""), target);
  if (propagation !== 0) checkMount(native.mount("none", target, "", propagation, ""), target);
}

function checkMount(result: number, target: HostPath): void {
  if (result < 0) throw systemError(result, "mount", target);
}

function beneath(root: HostPath, target: string): HostPath {
  if (target.split("/").includes(".."))
    throw new WrunError("invalid", `rootfs: the target ${oneLine(target)}`);
  return `${root}/${target}`;
}
