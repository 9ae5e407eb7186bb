import { atFdcwd, native, statFields } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import { refused } from "../../oci/image/entry-path.ts";
import { entriesOf } from "../host/directory-entries.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";
import { DirectoryAttributes } from "./directory-attributes.ts";
import { type OpenFile, writePart } from "./file-bytes.ts";
import type { FileContent } from "./sparse.ts";

/** Where something stands: its directory, from the root without a slash at either end, and its name there. */
export interface Place {
  readonly parent: string;
  readonly name: string;
}

/** What a file has besides its bytes. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

const enoent = -2;
const enotdir = -20;
const eloop = -40;
const noFollow = 0x100;
const emptyPath = 0x1000;
const fromStart = 0;
/** RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH of openat2(2). */
const resolve = 0x04 | 0x08;
const directoryFlags = open.readOnly | open.directory;
const newFile = open.writeOnly | open.create | open.exclusive | open.noFollow;
/** The most directories, those that no entry names with them: their times and modes are set at the end. */
const mostDirectories = 200_000;

/**
 * Writes files beneath one directory, and nowhere else: no symlink is ever followed on the way, whoever made it.
 * Owners are kept where we are root; otherwise everything is ours, and no program gets our rights.
 */
export class RootWriter implements Disposable {
  readonly #root: number;
  readonly #isRoot = native.geteuid() === 0;
  readonly #directories = new DirectoryAttributes();
  #unnamed = 0;
  #last: { readonly parent: string; readonly fd: number } | undefined;

  readonly #made: () => void;

  /** `made` is told of each directory that is made because another file is to lie in it. */
  constructor(path: string, made: () => void) {
    this.#made = made;
    this.#root = checked(native.openat(atFdcwd, path, directoryFlags | open.noFollow, 0), "open", path);
  }

  /** Makes a directory, or keeps the one that is there. Its mode and times come in finish(). */
  directory(place: Place, attributes: Attributes): void {
    const parent = this.#parent(place);
    if (this.#typeOf(parent, place.name) !== "directory") {
      this.remove(place);
      checked(native.mkdirat(this.#parent(place), place.name, 0o700), "create", pathOf(place));
    }
    this.setDirectory(pathOf(place), attributes);
  }

  /** The attributes that a directory, empty for the root, is to have in the end. */
  setDirectory(path: string, attributes: Attributes): void {
    this.#directories.set(path, attributes);
    this.#checkCount(path);
  }

  async file(place: Place, content: FileContent, attributes: Attributes): Promise<void> {
    const path = pathOf(place);
    this.remove(place);
    const fd = checked(native.openat(this.#parent(place), place.name, newFile, 0o600), "create", path);
    try {
      await writeContent({ fd, path }, content);
      this.#attributes(fd, path, attributes);
    } finally {
      native.close(fd);
    }
  }

  symlink(place: Place, target: string, { modified }: Attributes): void {
    this.remove(place);
    const parent = this.#parent(place);
    checked(native.symlinkat(target, parent, place.name), "create", pathOf(place));
    const time = nanoseconds(modified);
    checked(native.utimensat(parent, place.name, time, time, noFollow), "write", pathOf(place));
  }

  /** A second name for a file that is there; of a symlink, for the link itself. */
  hardLink(place: Place, target: Place): void {
    this.remove(place);
    // The directory of the one must stay open while that of the other is.
    const from = native.dup(this.#parent(target, false), 3);
    try {
      const made = native.linkat(from, target.name, this.#parent(place), place.name, 0);
      if (made === enoent) throw refused(pathOf(place), "is a hard link to a file that is not there");
      checked(made, "create", pathOf(place));
    } finally {
      native.close(from);
    }
  }

  fifo(place: Place, { mode }: Attributes): void {
    this.remove(place);
    checked(native.mkfifoat(this.#parent(place), place.name, mode & 0o777), "create", pathOf(place));
  }

  /** Removes whatever stands there; nothing happens where there is nothing. */
  remove(place: Place): void {
    const parent = this.#existing(place.parent);
    if (parent === undefined) return;
    const removed = native.unlinkat(parent, place.name, 0);
    if (removed >= 0 || removed === enoent) return;
    // Its own directories may be the ones that we hold.
    const own = native.dup(parent, 3);
    this.#forget();
    try {
      linuxFiles.removeTree(`/proc/self/fd/${own}/${place.name}`);
      this.#directories.delete(pathOf(place));
    } finally {
      native.close(own);
    }
  }

  /**
   * Removes all that is beneath a directory but what `keep` says of. What is in `swept` is left alone, and each
   * directory that is kept is added to it.
   */
  sweep(directory: string, keep: (path: string) => boolean, swept: Set<string>): void {
    const pending = [directory];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (swept.has(path)) continue;
      swept.add(path);
      const fd = this.#existing(path);
      if (fd === undefined) continue;
      // The descriptor has been read to its end perhaps: a new one begins anew.
      const listed = checked(native.openat(fd, ".", directoryFlags, 0), "list", path);
      const names = entriesOf(listed, path);
      native.close(listed);
      for (const name of names) {
        const child = path === "" ? name : `${path}/${name}`;
        if (!keep(child)) this.remove({ parent: path, name });
        else if (this.#typeOf(this.#existing(path) ?? -1, name) === "directory") pending.push(child);
      }
    }
  }

  /** Sets what directories are to have: only now, as writing to them changes their times. */
  finish(): void {
    // The innermost first: where we are not root, an outer one may be closed to us afterwards.
    for (const [path, attributes] of this.#directories.innermostFirst()) {
      const fd = this.#existing(path);
      if (fd !== undefined) this.#attributes(fd, path, attributes);
    }
  }

  [Symbol.dispose](): void {
    this.#forget();
    native.close(this.#root);
  }

  #attributes(fd: number, path: string, { mode, uid, gid, modified }: Attributes): void {
    if (this.#isRoot) checked(native.fchown(fd, uid, gid), "give away", path);
    checked(native.fchmod(fd, mode & (this.#isRoot ? 0o7777 : 0o1777)), "change", path);
    const time = nanoseconds(modified);
    checked(native.utimensat(fd, "", time, time, emptyPath), "write", path);
  }

  #typeOf(parent: number, name: string): "directory" | "other" | "nothing" {
    const stat = new BigInt64Array(statFields.count);
    if (native.fstatat(parent, name, noFollow, stat) < 0) return "nothing";
    return (Number(stat[statFields.mode]) & 0o170000) === 0o040000 ? "directory" : "other";
  }

  /** The directory of a place, made where it is missing. Valid up to the next call. */
  #parent({ parent, name }: Place, make = true): number {
    const there = this.#existing(parent);
    if (there !== undefined) return there;
    if (!make) throw refused(`${parent}/${name}`, "is linked to, and is not there");
    this.#forget();
    // From the root down: looking for the last one that is there from below costs the square of the depth.
    let at = "";
    for (const name of parent.split("/")) {
      at = at === "" ? name : `${at}/${name}`;
      this.#enter(name, at);
    }
    return this.#last?.fd ?? this.#root;
  }

  /** Goes from the directory that is open to one in it, which is made where it is missing. */
  #enter(name: string, path: string): void {
    const from = this.#last?.fd ?? this.#root;
    let fd = openDirectory(from, name);
    if (fd === enoent) {
      this.#made();
      this.#unnamed++;
      this.#checkCount(path);
      checked(native.mkdirat(from, name, 0o755), "create", path);
      fd = openDirectory(from, name);
    }
    checkedDirectory(fd, path);
    this.#forget();
    this.#last = { parent: path, fd };
  }

  #checkCount(path: string): void {
    if (this.#directories.size + this.#unnamed > mostDirectories)
      throw refused(path, `is one of over ${mostDirectories} directories`);
  }

  #existing(path: string): number | undefined {
    if (this.#last?.parent === path) return this.#last.fd;
    this.#forget();
    const fd = openDirectory(this.#root, path === "" ? "." : path);
    if (fd === enoent) return undefined;
    checkedDirectory(fd, path);
    this.#last = { parent: path, fd };
    return fd;
  }

  #forget(): void {
    if (this.#last !== undefined) native.close(this.#last.fd);
    this.#last = undefined;
  }
}

function openDirectory(from: number, path: string): number {
  return openResolved(from, path, { flags: directoryFlags, mode: 0, resolve });
}

function checkedDirectory(fd: number, path: string): void {
  if (fd === eloop || fd === enotdir)
    throw refused(path, "is a link or a file, and others are to lie beneath it");
  checked(fd, "open", path);
}

function pathOf({ parent, name }: Place): string {
  return parent === "" ? name : `${parent}/${name}`;
}

async function writeContent(file: OpenFile, { size, segments, parts }: FileContent): Promise<void> {
  if (segments === undefined) {
    for await (const part of parts) writePart(file, part);
    return;
  }
  checked(native.ftruncate(file.fd, BigInt(size)), "write", file.path);
  const left = segments.filter((segment) => segment.size > 0).values();
  let segment = left.next().value ?? { offset: size, size: 0 };
  for await (const part of parts) {
    for (let at = 0; at < part.length;) {
      const piece = part.subarray(at, at + segment.size);
      if (piece.length === 0) return;
      native.lseek(file.fd, BigInt(segment.offset), fromStart);
      writePart(file, piece);
      at += piece.length;
      segment = { offset: segment.offset + piece.length, size: segment.size - piece.length };
      if (segment.size === 0) segment = left.next().value ?? segment;
    }
  }
}

// Archives may tell any time, or none that is a number; file systems keep 34 bits of seconds or more.
function nanoseconds(seconds: number): bigint {
  const bounded = Math.min(Math.max(Number.isNaN(seconds) ? 0 : seconds, -(2 ** 31)), 2 ** 33);
  return BigInt(Math.round(bounded * 1000)) * 1_000_000n;
}
