import { native } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import { isWithin } from "../../oci/guest-path.ts";
import {
  EAGAIN,
  EEXIST,
  EINVAL,
  EISDIR,
  ELOOP,
  ENOENT,
  ENOSYS,
  ENOTDIR,
  EPERM,
  EROFS,
  EXDEV,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
} from "./linux.ts";
import { type Entry, isReadOnly, type Namespace } from "./namespace.ts";
import { type Base, nowhere, Walk } from "./walk.ts";

/** How to open: open(2) flags, mode for a new file, and whether a symlink at the end is followed. */
export interface How {
  readonly flags: number;
  readonly mode: number;
  readonly follow: boolean;
}

/** What was opened: a descriptor or -errno, and where the guest sees it. */
export interface Opened {
  readonly fd: number;
  readonly path: string;
}

// A walk begins its last name anew where somebody puts a symlink there meanwhile.
const mostTries = 64;

// Past our own standard streams.
const firstOwn = 3;

/**
 * Opens paths beneath a base. The kernel does it in one call where it can: the tree is one directory of the
 * host, or the path meets neither a symlink nor anything else of the grant. Otherwise it is walked.
 */
export class Resolver {
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  open(base: Base, path: string, how: How): Opened {
    const opened = this.#openAtOnce(base, path, how);
    return opened ?? this.walk(base, path, how);
  }

  /** As `open`, and looks at every directory on the way. */
  walk(base: Base, path: string, how: How): Opened {
    const walk = new Walk(this.#namespace, base, path);
    const fd = this.#openWalking(walk, how);
    const at = walk.path;
    walk.close();
    return { fd, path: at };
  }

  // Undefined where it takes a walk.
  #openAtOnce(base: Base, path: string, how: How): Opened | undefined {
    if (this.#namespace.walks) return undefined;
    return this.#namespace.isPlain(base.root.path) && isWithin(base.path, base.root.path)
      ? this.#openPlain(base, path, how)
      : this.#openUntouched(base, path, how);
  }

  #openPlain(base: Base, path: string, how: How): Opened | undefined {
    const clamped = base.fd === base.root.fd && base.root.path === "/";
    const resolve = RESOLVE_NO_MAGICLINKS | (clamped ? RESOLVE_IN_ROOT : RESOLVE_BENEATH);
    const fd = this.#openat2(base.fd, path, { ...how, resolve, readOnly: base.root.readOnly });
    // A way out for the kernel may be none for the guest: a symlink from a subdirectory to elsewhere in the tree.
    if (fd === undefined || fd === -EXDEV) return undefined;
    return { fd, path: `${base.path}/${path}` };
  }

  #openUntouched(base: Base, path: string, how: How): Opened | undefined {
    const at = this.#namespace.untouched(base.path, path);
    if (at === undefined) return undefined;
    const resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH;
    const fd = this.#openat2(base.fd, path, {
      ...how,
      resolve,
      readOnly: isReadOnly(this.#namespace.around(at)),
    });
    return fd === undefined || fd === -EXDEV || fd === -ELOOP ? undefined : { fd, path: at };
  }

  // Undefined where the kernel does not know openat2, or a seccomp profile refuses it.
  #openat2(
    dirfd: number,
    path: string,
    how: How & { resolve: number; readOnly: boolean },
  ): number | undefined {
    const nofollow = how.follow ? 0 : O_NOFOLLOW;
    const open = (flags: number): number => {
      const mode = flags & O_CREAT ? how.mode : 0;
      return openResolved(dirfd, path, { flags: flags | nofollow, mode, resolve: how.resolve });
    };
    const fd = how.readOnly ? openReadOnly(how.flags, open) : open(how.flags);
    const refused = fd === -EPERM && native.openat2(dirfd, ".", O_PATH, 0, how.resolve) === -EPERM;
    if (refused || fd === -ENOSYS) this.#namespace.walks = true;
    return refused || fd === -ENOSYS || fd === -EAGAIN ? undefined : fd;
  }

  #openWalking(walk: Walk, how: How): number {
    for (let tries = 0; tries < mostTries; tries++) {
      const result = walk.advance();
      if (result < 0) return result;
      const entry = this.#namespace.at(walk.path);
      if (entry?.kind === "stream") return this.#openStream(entry.number, walk.asDirectory, how);
      if (entry !== undefined && entry.kind !== "readonly") return openEntry(entry, walk.asDirectory, how);
      if (walk.fd === nowhere) return -ENOENT;
      if (how.follow || walk.asDirectory) {
        const followed = walk.follow();
        if (followed >= 0) continue;
        if (followed !== -EINVAL && followed !== -ENOENT) return followed;
      }
      const fd = this.#openHere(walk, how);
      if (fd !== -ELOOP || !how.follow) return fd;
    }
    return -ELOOP;
  }

  #openStream(number: number, asDirectory: boolean, { flags }: How): number {
    if (asDirectory || flags & O_DIRECTORY) return -ENOTDIR;
    if (flags & O_CREAT && flags & O_EXCL) return -EEXIST;
    const fd = this.#namespace.hostStream(number);
    return fd === undefined ? -ENOENT : native.dup(fd, firstOwn);
  }

  #openHere(walk: Walk, how: How): number {
    if (walk.asDirectory && how.flags & O_CREAT) return -EISDIR;
    const flags = how.flags | (walk.asDirectory ? O_DIRECTORY : 0);
    const open = (flags: number): number => native.openat(walk.fd, walk.name, flags | O_NOFOLLOW, how.mode);
    return isReadOnly(this.#namespace.around(walk.path) ?? walk.root)
      ? openReadOnly(flags, open)
      : open(flags);
  }
}

// Opens what a mount put at a path: its directory, or its one file.
function openEntry(entry: Entry, asDirectory: boolean, how: How): number {
  switch (entry.kind) {
    case "directory": {
      const open = (flags: number): number => native.openat(entry.fd, ".", flags, 0);
      return entry.readOnly ? openReadOnly(how.flags, open) : open(how.flags & ~O_CREAT);
    }
    case "file": {
      if (asDirectory || how.flags & O_DIRECTORY) return -ENOTDIR;
      if (how.flags & O_CREAT && how.flags & O_EXCL) return -EEXIST;
      const open = (flags: number): number => native.openat(entry.parent, entry.name, flags | O_NOFOLLOW, 0);
      return entry.readOnly ? openReadOnly(how.flags, open) : open(how.flags & ~O_CREAT);
    }
    default:
      return -ENOENT;
  }
}

// Answers as a read-only mount does: what is there can be read, what is not stays missing, all else is EROFS.
function openReadOnly(flags: number, open: (flags: number) => number): number {
  const writes = (flags & (O_WRONLY | O_RDWR | O_TRUNC)) !== 0;
  if (!writes && !(flags & O_CREAT)) return open(flags);
  const exclusive = (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0;
  const fd = writes || exclusive ? open(O_PATH | (flags & O_DIRECTORY)) : open(flags & ~O_CREAT);
  if (fd === -ENOENT && flags & O_CREAT) return -EROFS;
  if (fd < 0 || !(writes || exclusive)) return fd;
  native.close(fd);
  return exclusive ? -EEXIST : -EROFS;
}
