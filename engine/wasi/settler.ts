import { native, statFields } from "../../native/native.ts";
import type { GuestPath } from "../../oci/grant.ts";
import type { KnownFiles } from "./known-files.ts";
import { AT_SYMLINK_NOFOLLOW, ENOENT, S_IFLNK, S_IFMT } from "./linux.ts";
import { type Entry, Namespace, normalize, type Root } from "./namespace.ts";
import { startAt, Walk } from "./walk.ts";

/** Where a path of the grant lies. */
export interface Settled {
  readonly path: GuestPath;
  /** The symlinks that the whole path names, one after the other: the last of them names `path`. */
  readonly names: readonly GuestPath[];
  /** Whether the file exists and can be looked at: `Settler.stat` describes it then. */
  readonly exists: boolean;
  /** Whether something is mounted exactly there. */
  readonly isMount: boolean;
}

/**
 * Finds where paths of the grant lie. The low-level runtimes mount at a path as the image's symlinks lead, so what
 * config.json calls /dev/shm may be mounted at /data/shm.
 */
export class Settler {
  /** Of what was settled last. */
  readonly stat: BigInt64Array = new BigInt64Array(statFields.count);
  /** The symlinks on the way to any path. Where they lead, paths of the grant were found once: they must stay. */
  readonly links = new Set<GuestPath>();
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #known: KnownFiles;
  // Directories that are no symlinks, with no symlink above them, and the mount that each is on.
  readonly #mounts = new Map<string, bigint>();

  constructor(entries: ReadonlyMap<string, Entry>, known: KnownFiles) {
    this.#entries = entries;
    this.#known = known;
  }

  /** Follows the symlinks on the way, and never out of the tree. What does not exist is taken as it is written. */
  settle(path: GuestPath): Settled {
    return this.straight(path) ?? this.#following(path);
  }

  /** As `settle`, for a path without a symlink; undefined where there is one. */
  straight(path: GuestPath): Settled | undefined {
    // After a symlink `..` is another directory than the text says.
    if (path.includes("/../") || path.endsWith("/..")) return undefined;
    const normal = normalize(path);
    if (this.#entries.size === 0 || normal === "/") return missing(normal);
    const way = new Way(this.#entries);
    for (let end = normal.indexOf("/", 1); end > 0; end = normal.indexOf("/", end + 1)) {
      const answer = this.#step(way, normal.slice(0, end));
      if (answer === "symlink") return undefined;
      if (answer === "missing") return missing(normal);
    }
    if (!way.enter(normal)) return missing(normal);
    if (way.root === undefined || way.stat(this.stat) < 0) return missing(normal);
    if (isSymlink(this.stat)) return undefined;
    const isMount = this.stat[statFields.mountId] !== this.#mountAbove(way);
    return { path: normal, names: [], exists: true, isMount };
  }

  #step(way: Way, path: GuestPath): "directory" | "symlink" | "missing" {
    if (!way.enter(path)) return "missing";
    if (way.root === undefined || this.#mounts.has(path)) return "directory";
    if (way.stat(this.stat) < 0) return "missing";
    if (isSymlink(this.stat)) return "symlink";
    this.#pass(path);
    return "directory";
  }

  #pass(path: GuestPath): void {
    this.#mounts.set(path, this.stat[statFields.mountId] ?? -1n);
    this.#known.add(this.stat, "fixed", path);
  }

  #mountAbove({ path, root }: Way): bigint {
    const above = path.slice(0, path.lastIndexOf("/")) || "/";
    const known = this.#mounts.get(above);
    if (known !== undefined || root === undefined) return known ?? -1n;
    const stat = new BigInt64Array(statFields.count);
    native.fstat(root.fd, stat);
    const mount = stat[statFields.mountId] ?? -1n;
    this.#mounts.set(above, mount);
    return mount;
  }

  #following(path: GuestPath): Settled {
    const namespace = new Namespace(this.#entries, { walks: true });
    const found = namespace.find(path);
    if (found === undefined) return missing(normalize(path));
    const walk = new Walk(namespace, startAt(found.root), found.rest);
    const settled = walk.settle();
    walk.close();
    for (const link of settled.links) this.#fix(link);
    return { ...(this.straight(settled.path) ?? missing(settled.path)), names: settled.names };
  }

  #fix(link: GuestPath): void {
    this.links.add(link);
    if (this.straight(link) !== undefined) return;
    if (isSymlink(this.stat)) this.#known.add(this.stat, "fixed", link);
  }
}

/** The way to a path that has no symlink in it. */
class Way {
  path = "/";
  root: Root | undefined;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
    this.enter("/");
  }

  /** Goes on to `path`: false where nothing that could be looked at is there. */
  enter(path: GuestPath): boolean {
    this.path = path;
    const entry = this.#entries.get(path);
    if (entry?.kind === "directory") this.root = entry;
    return entry === undefined || entry.kind === "directory" || entry.kind === "readonly";
  }

  stat(out: BigInt64Array): number {
    if (this.root === undefined) return -ENOENT;
    const { path, fd } = this.root;
    if (this.path === path) return native.fstat(fd, out);
    const rest = this.path.slice(path === "/" ? 1 : path.length + 1);
    return native.fstatat(fd, rest, AT_SYMLINK_NOFOLLOW, out);
  }
}

function missing(path: GuestPath): Settled {
  return { path, names: [], exists: false, isMount: false };
}

function isSymlink(stat: BigInt64Array): boolean {
  return (Number(stat[statFields.mode]) & S_IFMT) === S_IFLNK;
}
