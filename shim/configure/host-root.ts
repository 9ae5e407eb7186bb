import { atFdcwd, native, statFields } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import { readAll } from "../../native/read-all.ts";
import { WrunError } from "../../oci/error.ts";
import { entriesOf } from "../host/directory-entries.ts";
import { checked, systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";
import type { HostView } from "./engine.ts";

/** openat2(2): RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS. A symlink, absolute or not, stays beneath the root. */
const inRoot = 0x12;
const [enoent, eexist, enotdir, enosys, eperm] = [-2, -17, -20, -38, -1];
const largest = 16 * 2 ** 20;
const typeMask = 0o170000;
const regular = 0o100000;

/** The files of a host whose root is a directory: `/`, or where an installer has it mounted. */
export class HostRoot implements HostView {
  readonly #root: number;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.#root = checked(native.openat(atFdcwd, path, open.readOnly | open.directory, 0), "open", path);
  }

  exists(path: string): boolean {
    const fd = this.#open(path, open.path);
    if (fd >= 0) native.close(fd);
    return fd >= 0;
  }

  read(path: string): string | undefined {
    const fd = this.#open(path, open.readOnly | open.noTerminal | open.nonBlocking);
    if (fd === enoent || fd === enotdir) return undefined;
    checked(fd, "read", this.#shown(path));
    try {
      return this.#text(fd, path);
    } finally {
      native.close(fd);
    }
  }

  names(path: string): readonly string[] {
    const fd = this.#open(path, open.readOnly | open.directory);
    if (fd === enoent || fd === enotdir) return [];
    checked(fd, "list", this.#shown(path));
    try {
      return entriesOf(fd, path).toSorted();
    } finally {
      native.close(fd);
    }
  }

  /** Writes a file whole or not at all. One that is there keeps its owner and mode; a new one is everybody's to read. */
  write(path: string, text: string): void {
    const { parent, name } = this.#place(path);
    try {
      this.#replace(parent, { name, text, path });
    } finally {
      native.close(parent);
    }
  }

  remove(path: string): void {
    const { parent, name } = this.#place(path);
    const result = native.unlinkat(parent, name, 0);
    native.close(parent);
    if (result !== enoent) checked(result, "remove", this.#shown(path));
  }

  #replace(parent: number, { name, text, path }: { name: string; text: string; path: string }): void {
    const there = this.#regular(parent, name, path);
    const temporary = `.${name}.${native.getpid()}.new`;
    native.unlinkat(parent, temporary, 0);
    const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
    const fd = checked(native.openat(parent, temporary, flags, 0o600), "write", this.#shown(path));
    let result = writeAll(fd, text);
    if (result >= 0 && there !== undefined)
      result = native.fchown(fd, fieldOf(there, "uid"), fieldOf(there, "gid"));
    if (result >= 0)
      result = native.fchmod(fd, there === undefined ? 0o644 : fieldOf(there, "mode") & 0o7777);
    if (result >= 0) result = native.fsync(fd);
    native.close(fd);
    if (result >= 0) result = native.renameat(parent, temporary, parent, name);
    if (result >= 0) return;
    native.unlinkat(parent, temporary, 0);
    throw systemError(result, "write", this.#shown(path));
  }

  #regular(parent: number, name: string, path: string): BigInt64Array | undefined {
    const stat = new BigInt64Array(statFields.count);
    const result = native.fstatat(parent, name, 0x100, stat);
    if (result === enoent) return undefined;
    checked(result, "read", this.#shown(path));
    if ((fieldOf(stat, "mode") & typeMask) === regular) return stat;
    throw new WrunError(
      "unsupported",
      `${this.#shown(path)} is a link or no file: wrun does not write through it`,
    );
  }

  /** The directory of a path, made where it is missing. */
  #place(path: string): { parent: number; name: string } {
    const names = path.split("/").filter((part) => part !== "");
    const name = names.pop() ?? "";
    let parent = checked(this.#open("/", open.readOnly | open.directory), "open", this.#path);
    let walked = "";
    for (const part of names) {
      walked += `/${part}`;
      const next = this.#directory(walked, parent, part);
      native.close(parent);
      parent = checked(next, "create", this.#shown(walked));
    }
    return { parent, name };
  }

  #directory(path: string, parent: number, name: string): number {
    const there = this.#open(path, open.readOnly | open.directory);
    if (there !== enoent) return there;
    const made = native.mkdirat(parent, name, 0o755);
    if (made < 0 && made !== eexist) return made;
    const fd = this.#open(path, open.readOnly | open.directory);
    if (fd >= 0 && made >= 0) native.fchmod(fd, 0o755);
    return fd;
  }

  #open(path: string, flags: number): number {
    const fd = openResolved(this.#root, path, { flags, mode: 0, resolve: inRoot });
    if (fd !== enosys && fd !== eperm) return fd;
    if (this.#path === "/") return native.openat(atFdcwd, path, flags, 0);
    throw new WrunError("unsupported", "--host-root needs openat2(2), of Linux 5.6, to stay beneath it");
  }

  #text(fd: number, path: string): string {
    const bytes = readAll(fd, largest);
    if (typeof bytes === "number") throw systemError(bytes, "read", this.#shown(path));
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new WrunError("invalid", `${this.#shown(path)} is not UTF-8 text: nothing was changed`);
    }
  }

  #shown(path: string): string {
    return this.#path === "/" ? path : `${this.#path}${path}`;
  }
}

function fieldOf(stat: BigInt64Array, field: "uid" | "gid" | "mode"): number {
  return Number(stat[statFields[field]]);
}
