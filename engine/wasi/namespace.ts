import { native, statFields } from "../../native/native.ts";
import type { GuestPath } from "../../oci/grant.ts";
import type { KnownFile, KnownFiles } from "./known-files.ts";

/** A directory that the grant opens: where lookups may begin, and beyond which none may lead. */
export interface Root {
  readonly kind: "directory";
  readonly fd: number;
  readonly path: GuestPath;
  readonly readOnly: boolean;
  /** Its mount, as statx has it. */
  readonly mount: bigint;
}

/** A single file of the host, held by its directory so that nothing on the way to it can be swapped. */
export interface BoundFile {
  readonly kind: "file";
  readonly path: GuestPath;
  readonly parent: number;
  readonly name: string;
  readonly readOnly: boolean;
}

/** A name for what the guest has as descriptor `number`, whatever that is by then. */
export interface StandardStream {
  readonly kind: "stream";
  readonly number: number;
}

/** What the grant says of one guest path. */
export type Entry =
  | Root
  | BoundFile
  | StandardStream
  | { readonly kind: "hidden" }
  | { readonly kind: "readonly" };

/** How a namespace is to be looked up in. */
export interface NamespaceOptions {
  readonly walks: boolean;
  /** Symlinks that have to stay where they are. */
  readonly links?: Iterable<GuestPath>;
  /** Files that are known whatever path leads to them. */
  readonly known?: KnownFiles;
}

/** The guest's file tree as the grant lays it out: which guest path leads to what on the host. */
export class Namespace {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #above = new Set<string>();
  readonly #aboveStreams = new Set<string>();
  readonly #links: ReadonlySet<string>;
  readonly #known: KnownFiles | undefined;
  /** Resolve component by component: openat2 is not to be had, or each directory on the way has to be looked at. */
  walks: boolean;
  /** Our own descriptor of what the guest has as descriptor `number`. */
  hostStream: (number: number) => number | undefined = (number) => number;

  constructor(entries: ReadonlyMap<string, Entry>, { walks, links = [], known }: NamespaceOptions) {
    this.#entries = entries;
    this.#links = new Set(links);
    this.#known = known;
    this.walks = walks;
    for (const link of this.#links) addParents(this.#above, link);
    for (const [path, { kind }] of entries) {
      addParents(this.#above, path);
      if (kind === "stream") addParents(this.#aboveStreams, path);
    }
  }

  /** What is known of the directory `fd`. */
  knownAt(fd: number): KnownFile | undefined {
    if (this.#known?.isWatched() !== true) return undefined;
    const stat = new BigInt64Array(statFields.count);
    return native.fstat(fd, stat) < 0 ? undefined : this.#known.find(stat);
  }

  /** The standard stream that stands at exactly this path. */
  streamAt(path: string): StandardStream | undefined {
    const entry = this.#entries.get(path);
    return entry?.kind === "stream" ? entry : undefined;
  }

  /** Whether a way to a standard stream leads through `path`, though nothing need be there. */
  leadsToStream(path: string): boolean {
    return this.#aboveStreams.has(path);
  }

  /** What the grant says of exactly this path. */
  at(path: string): Entry | undefined {
    return this.#entries.get(path);
  }

  /** The outermost directory that `path` lies in. */
  rootOf(path: string): Root | undefined {
    let root: Root | undefined;
    for (let up: string | undefined = path; up !== undefined; up = parentOf(up)) {
      const entry = this.#entries.get(up);
      if (entry?.kind === "directory") root = entry;
    }
    return root;
  }

  /** The directory to start from for an absolute path, and the rest of the path from there. */
  find(path: string): { readonly root: Root; readonly rest: string } | undefined {
    const top = this.#entries.get("/");
    if (top?.kind === "directory") return { root: top, rest: path.replace(/^\/+/, "") || "." };
    const wanted = normalize(path);
    const root = this.rootOf(wanted);
    return root && { root, rest: wanted.slice(root.path.length).replace(/^\/+/, "") || "." };
  }

  /** Whether nothing of the grant lies beneath `path`: the kernel alone can resolve there. */
  isPlain(path: string): boolean {
    return !this.#above.has(path);
  }

  /** Whether `path` is fixed in the tree: removing or renaming it would take a mount along. */
  isBusy(path: string): boolean {
    return this.#above.has(path) || this.#entries.has(path) || this.#links.has(path);
  }

  /** The innermost entry around `path` that says how it may be used. */
  around(path: string): Entry | undefined {
    for (let up: string | undefined = path; up !== undefined; up = parentOf(up)) {
      const entry = this.#entries.get(up);
      if (entry !== undefined && entry.kind !== "hidden") return entry;
    }
    return undefined;
  }

  /**
   * The path that `path` names from `base` if no symlink is on the way; undefined where it meets an entry
   * of the grant or leaves the tree, and has to be walked.
   */
  untouched(base: string, path: string): string | undefined {
    let at = base;
    for (const name of path.split("/")) {
      if (name === "" || name === ".") continue;
      if (name === "..") {
        const up = parentOf(at);
        if (up === undefined) return undefined;
        at = up;
      } else {
        at = join(at, name);
        if (this.#entries.has(at)) return undefined;
      }
    }
    return at;
  }
}

/** Whether nothing that `entry` governs can be changed. */
export function isReadOnly(entry: Entry | undefined): boolean {
  if (entry?.kind === "directory" || entry?.kind === "file") return entry.readOnly;
  return entry !== undefined;
}

/** `name` in the directory `path`. */
export function join(path: string, name: string): string {
  return path === "/" ? `/${name}` : `${path}/${name}`;
}

/** An absolute path of the guest without `.`, `..` and doubled slashes; relative ones begin at `cwd`. */
export function normalize(path: string, cwd = "/"): GuestPath {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

function addParents(to: Set<string>, path: string): void {
  for (let up = parentOf(path); up !== undefined; up = parentOf(up)) to.add(up);
}

function parentOf(path: string): string | undefined {
  if (path === "/") return undefined;
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
