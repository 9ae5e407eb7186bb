import { native, statFields } from "../../native/native.ts";
import { KnownFiles } from "./known-files.ts";
import { EACCES, ENOENT, S_IFBLK, S_IFCHR, S_IFMT } from "./linux.ts";

/**
 * File systems that show or steer the kernel and its processes: whoever opens /proc/self/mem has left the
 * sandbox. No mount point, link or bind mount makes one of these visible. (linux/magic.h)
 */
const kernelFileSystems: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x19800202, // mqueue
  0x1cd1, // devpts
  0x73636673, // securityfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x958458f6, // hugetlbfs
  0xcafe4a11, // bpf
  0xf97cff8c, // selinuxfs
  0x43415d53, // smackfs
  0x5a3c69f0, // apparmorfs
  0x6e736673, // nsfs
  0x50494446, // pidfs
  0x62656570, // configfs
  0x6165676c, // pstore
  0xde5e81e4, // efivarfs
  0x42494e4d, // binfmt_misc
  0x65735543, // fusectl
  0x7655821, // resctrl
  0xabba1974, // xenfs
]);

/** The devices that a guest may open, as st_rdev: null, zero, full, random, urandom, tty. */
const harmlessDevices: ReadonlySet<bigint> = new Set([
  device(1, 3),
  device(1, 5),
  device(1, 7),
  device(1, 8),
  device(1, 9),
  device(5, 0),
]);

function device(major: number, minor: number): bigint {
  return BigInt((major << 8) | minor);
}

/** Decides of an object that is already open whether the guest may have it. */
export class Guard {
  /** What fstat said of the last one. */
  readonly stat: BigInt64Array = new BigInt64Array(statFields.count);
  /** Files that the grant hides, makes read-only or holds in their place, whatever path leads to them. */
  readonly known: KnownFiles = new KnownFiles();
  // By st_dev: a file system never changes its type.
  readonly #admitted = new Map<bigint, boolean>();

  /** 0, or -errno where the guest may not have `fd`. */
  admit(fd: number): number {
    const result = native.fstat(fd, this.stat);
    if (result < 0) return result;
    if (this.known.isHidden(this.stat)) return -ENOENT;
    if (!this.#isAdmitted(fd)) return -EACCES;
    return isRefusedDevice(this.stat) ? -EACCES : 0;
  }

  #isAdmitted(fd: number): boolean {
    const dev = this.stat[statFields.dev] ?? 0n;
    const known = this.#admitted.get(dev);
    if (known !== undefined) return known;
    const admitted = !kernelFileSystems.has(native.fsType(fd) >>> 0);
    this.#admitted.set(dev, admitted);
    return admitted;
  }
}

/** Whether `stat` is of a device that no guest may open. */
export function isRefusedDevice(stat: BigInt64Array): boolean {
  const type = Number(stat[statFields.mode]) & S_IFMT;
  return type === S_IFBLK || (type === S_IFCHR && !harmlessDevices.has(stat[statFields.rdev] ?? 0n));
}
