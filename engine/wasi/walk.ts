import { native, statFields } from "../../native/native.ts";
import { EINVAL, ELOOP, ENOENT, ENOTCAPABLE, ENOTDIR, O_DIRECTORY, O_NOFOLLOW, O_PATH } from "./linux.ts";
import { join, type Namespace, normalize, type Root } from "./namespace.ts";
import { mostLinks, readlink } from "./symlink.ts";

/** A directory that lookups start from. */
export interface Base {
  readonly fd: number;
  /** Where the guest sees it. */
  readonly path: string;
  readonly root: Root;
  /** `..` may lead out of it, towards the root: it is a preopen beneath another one. */
  readonly climbs: boolean;
}

/** The base that the whole of a root is. */
export function startAt(root: Root): Base {
  return { fd: root.fd, path: root.path, root, climbs: false };
}

/** In the place of a directory's descriptor where nothing is but names of the grant. */
export const nowhere = -1;

interface PassedLink {
  readonly path: string;
  readonly isLast: boolean;
}

interface Level {
  readonly fd: number;
  readonly path: string;
  readonly owned: boolean;
}

/**
 * One lookup, component by component. Every directory on the way is held open, so `..` is a step back in
 * what was opened and never a question to the file system; symlinks are read and expanded here. It takes
 * over where the kernel cannot resolve: openat2 is missing, or the grant mounts, hides or binds something
 * within the tree.
 */
export class Walk {
  readonly #namespace: Namespace;
  readonly #base: Base;
  #levels: Level[];
  // Names still to go, the next one last. The first `#given` of them are the guest's own, not a symlink's.
  readonly #names: string[];
  #given: number;
  #isGiven = true;
  #links = 0;
  /** Whether the path says that it names a directory: a slash or a dot at its end. */
  #asDirectory = false;
  readonly #passed: PassedLink[] = [];

  constructor(namespace: Namespace, base: Base, path: string) {
    this.#namespace = namespace;
    this.#base = base;
    this.#levels = [{ fd: base.fd, path: base.path, owned: false }];
    this.#names = [];
    this.#push(path);
    this.#given = this.#names.length;
  }

  get #top(): Level {
    return this.#levels.at(-1) ?? { fd: this.#base.fd, path: this.#base.path, owned: false };
  }

  /** The directory that holds the last component. */
  get fd(): number {
    return this.#top.fd;
  }

  /** The last component; `.` where that is the directory itself. */
  get name(): string {
    return this.#names[0] ?? ".";
  }

  /** Where the guest sees the last component. */
  get path(): string {
    return this.name === "." ? this.#top.path : join(this.#top.path, this.name);
  }

  get root(): Root {
    return this.#base.root;
  }

  get asDirectory(): boolean {
    return this.#asDirectory;
  }

  /** Goes as far as the last component: 0, or -errno. */
  advance(): number {
    while (this.#names.length > 1 || this.#names[0] === "..") {
      const result = this.#step(this.#pop());
      if (result < 0) return result;
    }
    return 0;
  }

  /** Replaces the last component, a symlink, by what it names: 0, -EINVAL where it is none, or another -errno. */
  follow(): number {
    const { name } = this;
    if (name === ".") return -EINVAL;
    const target = readlink(this.#top.fd, name);
    if (typeof target === "number") return target;
    this.#pop();
    return this.#expand(target);
  }

  /** Makes every component a directory on the way, the last one too: 0, or -errno. */
  enter(): number {
    while (this.#names.length > 0) {
      const result = this.#step(this.#pop());
      if (result < 0) return result;
    }
    return 0;
  }

  /**
   * Where the path leads, as far as it exists; the rest is taken as it is written. `links` are the symlinks on the
   * way, and `names` those of them that stand for the whole path.
   */
  settle(): { readonly path: string; readonly links: readonly string[]; readonly names: readonly string[] } {
    const path = this.#goOn();
    const links = this.#passed.map((link) => link.path);
    return { path, links, names: this.#passed.filter(({ isLast }) => isLast).map((link) => link.path) };
  }

  close(): void {
    for (const level of this.#levels) if (level.owned) native.close(level.fd);
    this.#levels = [];
  }

  #goOn(): string {
    while (this.#names.length > 0) {
      const name = this.#pop();
      if (this.#step(name) < 0)
        return normalize([name, ...this.#names.toReversed()].join("/"), this.#top.path);
    }
    return this.#top.path;
  }

  #pop(): string {
    this.#isGiven = this.#names.length <= this.#given;
    if (this.#isGiven) this.#given = this.#names.length - 1;
    return this.#names.pop() ?? ".";
  }

  // A dot at the end stays: it is the directory itself that is named then.
  #push(path: string): void {
    const names = path.split("/");
    const last = names.at(-1);
    if (this.#names.length === 0 && (last === "" || last === "." || last === "..")) this.#asDirectory = true;
    for (let index = names.length - 1; index >= 0; index--) {
      const name = names[index] ?? "";
      if (name !== "" && (name !== "." || index === names.length - 1)) this.#names.push(name);
    }
  }

  #step(name: string): number {
    if (name === ".") return 0;
    if (name === "..") return this.#up();
    const path = join(this.#top.path, name);
    const entry = this.#namespace.at(path);
    if (entry?.kind === "hidden" || this.#top.fd === nowhere) return this.#pass(path);
    if (entry?.kind === "file" || entry?.kind === "stream") return -ENOTDIR;
    if (entry?.kind === "directory") return this.#down({ fd: entry.fd, path, owned: false });
    const fd = native.openat(this.#top.fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd >= 0) return this.#enter(fd, path);
    if (fd === -ENOENT) return this.#pass(path);
    if (fd !== -ENOTDIR && fd !== -ELOOP) return fd;
    const target = readlink(this.#top.fd, name);
    if (target === -EINVAL) return -ENOTDIR;
    if (typeof target === "number") return target;
    this.#passed.push({ path, isLast: this.#names.length === 0 });
    return this.#expand(target);
  }

  // Known directories are what they are under any path.
  #enter(fd: number, path: string): number {
    const known = this.#namespace.knownAt(fd);
    if (known?.reason !== "hidden")
      return this.#down({ fd, path: known?.reason === "readonly" ? known.path : path, owned: true });
    native.close(fd);
    return -ENOENT;
  }

  // On to a standard stream, where there is no directory on the way.
  #pass(path: string): number {
    return this.#namespace.leadsToStream(path) ? this.#down({ fd: nowhere, path, owned: false }) : -ENOENT;
  }

  #down(level: Level): number {
    this.#levels.push(level);
    return 0;
  }

  #up(): number {
    if (this.#levels.length > 1) {
      this.#drop();
      return 0;
    }
    const { root, climbs, path } = this.#base;
    if (this.#top.path === root.path) return root.path === "/" ? 0 : -ENOTCAPABLE;
    // The guest's own `..` stays beneath the directory that it named; only a symlink leads on.
    if (this.#isGiven && !climbs) return -ENOTCAPABLE;
    return this.#climb(path);
  }

  #drop(): void {
    const level = this.#levels.pop();
    if (level?.owned) native.close(level.fd);
  }

  // Out of the directory that the lookup began in: to where it stands in the tree, if it still stands there.
  #climb(path: string): number {
    const root = this.#base.root;
    const way = new Walk(this.#namespace, startAt(root), path.slice(root.path.length));
    const result = way.enter();
    if (result < 0 || !isSame(way.fd, this.#base.fd)) {
      way.close();
      return -ENOTCAPABLE;
    }
    this.#levels = way.#levels;
    this.#drop();
    return 0;
  }

  #expand(target: string): number {
    if (++this.#links > mostLinks) return -ELOOP;
    if (target.startsWith("/")) {
      const root = this.#base.root;
      if (root.path !== "/") return -ENOTCAPABLE;
      this.close();
      this.#levels = [{ fd: root.fd, path: root.path, owned: false }];
    }
    this.#push(target);
    return 0;
  }
}

const first = new BigInt64Array(statFields.count);
const second = new BigInt64Array(statFields.count);

function isSame(a: number, b: number): boolean {
  if (native.fstat(a, first) < 0 || native.fstat(b, second) < 0) return false;
  return first[statFields.dev] === second[statFields.dev] && first[statFields.ino] === second[statFields.ino];
}
