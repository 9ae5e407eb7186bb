import { WrunError } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";

/** Options of a mount, as mount(2) takes them. */
export interface MountFlags {
  /** MS_*, those of propagation left out: they need a call of their own. */
  readonly flags: number;
  readonly propagation: number;
  /** The file system's own options. */
  readonly data: readonly string[];
}

// mount(8), "Filesystem-independent mount options": what each sets, or takes away again.
const set: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ro: 1,
    nosuid: 2,
    nodev: 4,
    noexec: 8,
    sync: 16,
    remount: 32,
    mand: 64,
    dirsync: 128,
    noatime: 1024,
    nodiratime: 2048,
    bind: 4096,
    rbind: 4096 | 16384,
    relatime: 1 << 21,
    strictatime: 1 << 24,
  }),
);
const unset: ReadonlyMap<string, number> = new Map(
  Object.entries({
    rw: 1,
    suid: 2,
    dev: 4,
    exec: 8,
    async: 16,
    nomand: 64,
    atime: 1024,
    diratime: 2048,
    norelatime: 1 << 21,
    nostrictatime: 1 << 24,
    defaults: 0,
  }),
);
const propagations: ReadonlyMap<string, number> = new Map(
  Object.entries({
    unbindable: 1 << 17,
    private: 1 << 18,
    slave: 1 << 19,
    shared: 1 << 20,
  }),
);
const recursive = 16384;

/** Sorts the options of a mount. */
export function mountFlags(options: readonly string[]): MountFlags {
  let [flags, propagation] = [0, 0];
  const data: string[] = [];
  for (const option of options) {
    const [on, off, change] = [set.get(option), unset.get(option), propagationOf(option)];
    if (on !== undefined) flags |= on;
    else if (off !== undefined) flags &= ~off;
    else if (change !== undefined) propagation |= change;
    else data.push(ours(option));
  }
  return { flags, propagation, data };
}

// `rprivate` is `private` for all mounts beneath.
function propagationOf(option: string): number | undefined {
  const spread = propagations.get(option.replace(/^r/, ""));
  return propagations.get(option) ?? (spread === undefined ? undefined : spread | recursive);
}

// These are not the file system's: containerd's own mount code does them, for snapshotters that we do not know.
function ours(option: string): string {
  if (!/^(loop$|X-|uidmap=|gidmap=)/.test(option)) return option;
  throw new WrunError("unsupported", `rootfs: the mount option ${oneLine(option, 100)}`);
}
