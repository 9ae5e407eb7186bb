import { atFdcwd, native, statFields } from "../../native/native.ts";
import type { GuestPath, HostPath } from "../../oci/grant.ts";

/** A place in the container's file tree. */
export interface Place {
  readonly path: GuestPath;
  /** An O_PATH descriptor; absent where nothing exists. */
  readonly fd: number | undefined;
  /** File type and permissions, as st_mode. */
  readonly mode: number;
  /** Where a symlink leads. */
  readonly target: string | undefined;
  /** How to open the place anew: a name relative to a directory descriptor. */
  readonly dirfd: number;
  readonly name: string;
  readonly children: Map<string, Place>;
}

const opath = 0o10000000;
const nofollow = process.arch === "arm64" ? 0o100000 : 0o400000;
const typeMask = 0o170000;
const symlinkType = 0o120000;
/** As many as the kernel follows in one path. */
const mostLinks = 40;
const mostParts = 4096;

/**
 * The container's files as they will be once its mounts are made: the root file system, with the mounts' sources
 * in their places. Paths are walked name by name and symlinks are followed by us, so that none leads out of it.
 */
export class GuestTree implements Disposable {
  readonly #fds: number[] = [];
  readonly #stat = new BigInt64Array(statFields.count);
  readonly #root: Place;

  constructor(rootfs: HostPath) {
    this.#root = this.#open("/", { dirfd: atFdcwd, name: rootfs, flags: opath });
  }

  /** Puts a path of the host in the place of `destination`; without one, a place of which nothing is known. */
  mount(destination: GuestPath, source: HostPath | undefined): void {
    const trail = this.#walk(destination);
    const [parent, place] = [trail.at(-2), trail.at(-1)];
    if (parent === undefined || place === undefined) return;
    const name = place.path.slice(place.path.lastIndexOf("/") + 1);
    const over =
      source === undefined
        ? nothing(place.path)
        : this.#open(place.path, { dirfd: atFdcwd, name: source, flags: opath });
    parent.children.set(name, over);
  }

  /** The place that a path leads to, symlinks followed. */
  find(path: GuestPath): Place {
    return this.#walk(path).at(-1) ?? this.#root;
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds.splice(0)) native.close(fd);
  }

  // Returns the places from the root down to the end of `path`.
  #walk(path: GuestPath): Place[] {
    const trail = [this.#root];
    const left = path.split("/", mostParts).toReversed();
    let links = 0;
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const here = trail.at(-1) ?? this.#root;
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const next = this.#child(here, name);
      if (next.target === undefined) trail.push(next);
      else if (++links > mostLinks) return [...trail, nothing(next.path)];
      else {
        if (next.target.startsWith("/")) trail.length = 1;
        left.push(...next.target.split("/", mostParts).toReversed());
      }
    }
    return trail;
  }

  #child(directory: Place, name: string): Place {
    const known = directory.children.get(name);
    if (known !== undefined) return known;
    const path = `${directory.path === "/" ? "" : directory.path}/${name}`;
    const place =
      directory.fd === undefined
        ? nothing(path)
        : this.#open(path, { dirfd: directory.fd, name, flags: opath | nofollow });
    directory.children.set(name, place);
    return place;
  }

  #open(path: GuestPath, at: { dirfd: number; name: string; flags: number }): Place {
    const fd = native.openat(at.dirfd, at.name, at.flags, 0);
    if (fd < 0) return nothing(path);
    this.#fds.push(fd);
    const mode = native.fstat(fd, this.#stat) < 0 ? 0 : Number(this.#stat[statFields.mode]);
    const target = (mode & typeMask) === symlinkType ? readLink(fd) : undefined;
    return { path, fd, mode, target, dirfd: at.dirfd, name: at.name, children: new Map() };
  }
}

function nothing(path: GuestPath): Place {
  return { path, fd: undefined, mode: 0, target: undefined, dirfd: -1, name: "", children: new Map() };
}

function readLink(fd: number): string {
  const bytes = new Uint8Array(4096);
  const length = native.readlinkat(fd, "", bytes.buffer, 0, bytes.length);
  return length < 0 ? "" : new TextDecoder().decode(bytes.subarray(0, length));
}
