import { atFdcwd, native } from "../../native/native.ts";
import type { GuestPath, HostPath } from "../../oci/grant.ts";
import { opened } from "./errno.ts";
import { open } from "./open-flags.ts";
import { isRegular } from "./regular-file.ts";
import { readFlags, reopen } from "./reopen.ts";

/** Where a place is found: a name relative to a directory descriptor. */
interface Origin {
  readonly dirfd: number;
  readonly name: string;
}

/** proc and sysfs, which containers have: what root reads there may be the kernel's, and /proc/kmsg is taken by reading it. */
const kernelFileSystems: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);
/** As many as the kernel follows in one path. */
const mostLinks = 40;
const mostParts = 4096;

/**
 * The container's files as they will be once its mounts are made: the root file system, with the mounts' sources
 * in their places. Paths are walked name by name and symlinks are followed by us, so that none leads out of it.
 */
export class GuestTree implements Disposable {
  readonly #fds: number[] = [];
  readonly #root: Place;

  constructor(rootfs: HostPath) {
    this.#root = new Place("/", { dirfd: atFdcwd, name: rootfs }, this.#fds);
  }

  /** Puts a path of the host in the place of `destination`; without one, a place of which nothing is known. */
  mount(destination: GuestPath, source: HostPath | undefined): void {
    const trail = this.#walk(destination);
    const place = trail.pop();
    const origin = source === undefined ? undefined : { dirfd: atFdcwd, name: source };
    if (place !== undefined) trail.at(-1)?.mount(new Place(place.path, origin, this.#fds));
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
    const left = path.split("/", mostParts).reverse();
    let links = 0;
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      if (name === "" || name === ".") continue;
      if (name === "..") {
        if (trail.length > 1) trail.pop();
        continue;
      }
      const next = (trail.at(-1) ?? this.#root).child(name);
      if (next.target === undefined) trail.push(next);
      else if (++links > mostLinks) return [...trail, new Place(next.path, undefined, this.#fds)];
      else {
        if (next.target.startsWith("/")) trail.length = 1;
        left.push(...next.target.split("/", mostParts).reverse());
      }
    }
    return trail;
  }
}

/** A place in the container's file tree. It is opened, without being followed or read, when it is first asked for. */
export class Place {
  readonly path: GuestPath;
  /** It is a path of the host itself: a mount's source, or the root file system. */
  readonly isMount: boolean;
  readonly #origin: Origin | undefined;
  readonly #children = new Map<string, Place>();
  readonly #fds: number[];
  #fd: number | undefined;
  #target: string | undefined;
  #isOpened = false;

  constructor(path: GuestPath, origin: Origin | undefined, fds: number[]) {
    this.path = path;
    this.#origin = origin;
    this.isMount = origin?.dirfd === atFdcwd;
    this.#fds = fds;
  }

  /** An O_PATH descriptor; undefined where nothing exists. */
  get fd(): number | undefined {
    this.#open();
    return this.#fd;
  }

  /** Where a symlink leads. */
  get target(): string | undefined {
    this.#open();
    return this.#target;
  }

  /**
   * Opens a regular file to read it: the very one that `fd` refers to, as a container may put another one, or a symlink, in
   * its place at any time. Negative where there is none, or it may not be read.
   */
  openFile(): number {
    if (this.fd === undefined || !isRegular(this.fd) || kernelFileSystems.has(native.fsType(this.fd)))
      return -1;
    return opened(reopen(this.fd, readFlags), this.path);
  }

  child(name: string): Place {
    const known = this.#children.get(name);
    if (known !== undefined) return known;
    const origin = this.fd === undefined ? undefined : { dirfd: this.fd, name };
    const place = new Place(`${this.path === "/" ? "" : this.path}/${name}`, origin, this.#fds);
    this.#children.set(name, place);
    return place;
  }

  mount(place: Place): void {
    this.#children.set(place.path.slice(place.path.lastIndexOf("/") + 1), place);
  }

  #open(): void {
    if (this.#isOpened) return;
    this.#isOpened = true;
    if (this.#origin === undefined) return;
    const { dirfd, name } = this.#origin;
    const flags = open.path | (this.isMount ? 0 : open.noFollow);
    const fd = opened(native.openat(dirfd, name, flags, 0), this.path);
    if (fd < 0) return;
    this.#fds.push(fd);
    this.#fd = fd;
    if (!this.isMount) this.#target = readLink(fd);
  }
}

const linkBytes = new Uint8Array(4096);

// An O_PATH descriptor of anything but a symlink answers ENOENT.
function readLink(fd: number): string | undefined {
  const length = native.readlinkat(fd, "", linkBytes.buffer, 0, linkBytes.length);
  return length < 0 ? undefined : new TextDecoder().decode(linkBytes.subarray(0, length));
}
