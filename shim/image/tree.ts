import { atFdcwd, native, statFields } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import { WrunError } from "../../oci/error.ts";
import { show } from "../../oci/note.ts";
import { entriesOf } from "../host/directory-entries.ts";
import { checked } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { isRegular } from "../host/regular-file.ts";
import { readFlags, reopen } from "../host/reopen.ts";
import type { OpenFile } from "./file-bytes.ts";

/** Something in a tree that is to be packed. */
export interface TreeEntry {
  /** From the root of the tree, without a slash at either end. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly target: string;
  /** The file's own number, where it has several names: `device:inode`. */
  readonly identity: string | undefined;
}

/** RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH of openat2(2). */
const resolve = 0x04 | 0x08;
const eloop = -40;
const longestTarget = 4096;

/** A directory whose files are to be packed, by their names; no link is followed. */
export class Tree implements Disposable {
  readonly #path: string;
  readonly #root: number;

  constructor(path: string) {
    this.#path = path;
    this.#root = checked(native.openat(atFdcwd, path, open.readOnly | open.directory, 0), "open", path);
  }

  /** All entries, parents first, names in the order of their UTF-16: the same tree gives the same list anywhere. */
  *entries(folder = ""): Generator<TreeEntry> {
    for (const name of this.#names(folder)) {
      const entry = this.#entry(folder === "" ? name : `${folder}/${name}`);
      yield entry;
      if (entry.type === "directory") yield* this.entries(entry.path);
    }
  }

  /** Opens a file of the tree to read. */
  open(path: string): OpenFile {
    return this.#at(path, (fd) => {
      if (!isRegular(fd)) throw changed(this.#whole(path));
      return { fd: checked(reopen(fd, readFlags), "open", this.#whole(path)), path };
    });
  }

  [Symbol.dispose](): void {
    native.close(this.#root);
  }

  #names(folder: string): string[] {
    const whole = this.#whole(folder);
    const flags = open.readOnly | open.directory;
    const fd = this.#at(folder, (place) => checked(native.openat(place, ".", flags, 0), "list", whole));
    try {
      const names = entriesOf(fd, whole);
      for (const name of names)
        if (name.includes("\ufffd"))
          throw new WrunError(
            "invalid",
            `cannot pack ${show(whole)}: the name ${show(name)} in it is not UTF-8`,
          );
      return names.sort();
    } finally {
      native.close(fd);
    }
  }

  #entry(path: string): TreeEntry {
    return this.#at(path, (fd) => this.#entryOf(fd, path));
  }

  #entryOf(fd: number, path: string): TreeEntry {
    const stat = new BigInt64Array(statFields.count);
    checked(native.fstat(fd, stat), "read", this.#whole(path));
    const field = (name: keyof typeof statFields): number => Number(stat[statFields[name]] ?? 0n);
    const type = types.get(field("mode") & 0o170000);
    if (type === undefined)
      throw new WrunError(
        "invalid",
        `cannot pack ${show(this.#whole(path))}: it is a device, a socket or a FIFO`,
      );
    const several = type === "file" && field("nlink") > 1;
    return {
      path,
      type,
      mode: field("mode") & 0o7777,
      uid: field("uid"),
      gid: field("gid"),
      size: type === "file" ? field("size") : 0,
      target: type === "symlink" ? this.#target(fd, path) : "",
      identity: several ? `${field("dev")}:${stat[statFields.ino] ?? 0n}` : undefined,
    };
  }

  // Somebody may change the tree meanwhile: no link is followed on the way, and what is looked at is what is opened.
  #at<T>(path: string, use: (fd: number) => T): T {
    const how = { flags: open.path | open.noFollow, mode: 0, resolve };
    const fd = openResolved(this.#root, path === "" ? "." : path, how);
    if (fd === eloop) throw changed(this.#whole(path));
    checked(fd, "open", this.#whole(path));
    try {
      return use(fd);
    } finally {
      native.close(fd);
    }
  }

  #target(fd: number, path: string): string {
    const buffer = new Uint8Array(longestTarget);
    const length = native.readlinkat(fd, "", buffer.buffer, 0, buffer.length);
    return new TextDecoder().decode(buffer.subarray(0, checked(length, "read", this.#whole(path))));
  }

  #whole(path: string): string {
    return path === "" ? this.#path : `${this.#path}/${path}`;
  }
}

function changed(path: string): WrunError {
  return new WrunError("io", `cannot pack ${show(path)}: it changes while it is read`);
}

const types: ReadonlyMap<number, TreeEntry["type"]> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "symlink"],
]);
