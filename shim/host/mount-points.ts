import { atFdcwd, native, statFields } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { MountPoint, Standing } from "../../oci/mount-point.ts";
import { checked } from "./errno.ts";
import { open } from "./open-flags.ts";

const enoent = -2;
const eexist = -17;
const enotdir = -20;
const opath = 0o10000000;
const directoryOnly = opath | open.directory;
const atSymlinkNofollow = 0x100;
// What crun and runc give a mount point, whatever the caller's umask is.
const directoryMode = 0o755;
const fileMode = 0o644;
const usualUmask = 0o022;
const mayCreate = 0o2 | 0o1;

/** Looks for what stands at `path` beneath `above`. No symlink is followed beyond `above` itself. */
export function standsAt(above: HostPath, path: string): Standing {
  const names = path.split("/");
  const name = names.pop() ?? "";
  const way = new Way(above);
  try {
    for (const [existing, next] of names.entries()) {
      const result = way.enter(next);
      if (result === enotdir) return { kind: "blocked" };
      if (result < 0) return { kind: "missing", existing, creatable: way.mayCreate(result) };
    }
    const kind = way.kindOf(name);
    if (typeof kind === "string") return { kind };
    return { kind: "missing", existing: names.length, creatable: way.mayCreate(kind) };
  } finally {
    way.close();
  }
}

/**
 * Makes a mount point and the directories above it, where they are missing. Each name is opened relative to the
 * directory before it, and none that is a symlink: nothing is made outside of `above`, whoever moves files there meanwhile.
 */
export function makeMountPoint({ above, path, kind, field }: MountPoint): void {
  const names = path.split("/");
  const name = names.pop() ?? "";
  const way = new Way(above);
  const before = native.umask(usualUmask);
  try {
    let result = way.opened;
    for (const next of names) if (result >= 0) result = way.make(next);
    if (result >= 0) result = kind === "directory" ? way.make(name) : way.makeFile(name);
    checked(result, `create, for ${field},`, `${above}/${path}`);
  } finally {
    native.umask(before);
    way.close();
  }
}

/** A directory, and the way down from it, one name after the other. */
class Way {
  #fd: number;

  constructor(above: HostPath) {
    this.#fd = native.openat(atFdcwd, above, directoryOnly, 0);
  }

  /** 0, or -errno where the directory to begin in could not be opened. */
  get opened(): number {
    return Math.min(this.#fd, 0);
  }

  enter(name: string): number {
    const fd = native.openat(this.#fd, name, directoryOnly | open.noFollow, 0);
    if (fd < 0) return fd;
    native.close(this.#fd);
    this.#fd = fd;
    return 0;
  }

  make(name: string): number {
    const made = native.mkdirat(this.#fd, name, directoryMode);
    return made < 0 && made !== eexist ? made : this.enter(name);
  }

  makeFile(name: string): number {
    const flags = open.readOnly | open.create | open.exclusive | open.noFollow;
    const fd = native.openat(this.#fd, name, flags, fileMode);
    if (fd < 0) return fd === eexist && this.kindOf(name) === "file" ? 0 : fd;
    native.close(fd);
    return 0;
  }

  /** Whether a name that could not be found, with -errno `because`, can be made. */
  mayCreate(because: number): boolean {
    return because === enoent && native.faccessat(this.#fd, ".", mayCreate) >= 0;
  }

  /** What `name` is, or -errno. */
  kindOf(name: string): "directory" | "file" | "special" | number {
    const stat = new BigInt64Array(statFields.count);
    const result = native.fstatat(this.#fd, name, atSymlinkNofollow, stat);
    if (result < 0) return result;
    const type = Number(stat[statFields.mode]) & 0o170000;
    if (type === 0o040000) return "directory";
    return type === 0o100000 ? "file" : "special";
  }

  close(): void {
    if (this.#fd >= 0) native.close(this.#fd);
  }
}
