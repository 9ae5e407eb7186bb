import { atFdcwd, native } from "../../native/native.ts";
import { openResolved } from "../../native/open-resolved.ts";
import { checked } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { isRegular } from "../host/regular-file.ts";
import { readFlags, reopen } from "../host/reopen.ts";
import { sizeOf, type Stretch, stretchBytes } from "./file-bytes.ts";
import type { LayoutFiles } from "./layout-files.ts";

const enoent = -2;
/** RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH of openat2(2): a layout has no links, and one of a stranger's none that we follow. */
const resolve = 0x04 | 0x08;

/** An OCI layout in a folder. */
export class LayoutFolder implements LayoutFiles {
  readonly #path: string;
  readonly #folder: number;
  readonly #names = new Map<Stretch, string>();

  constructor(path: string) {
    this.#path = path;
    this.#folder = checked(native.openat(atFdcwd, path, open.readOnly | open.directory, 0), "open", path);
  }

  find(name: string): Stretch | undefined {
    const fd = this.#open(name);
    if (fd === undefined) return undefined;
    const size = sizeOf({ fd, path: name }) ?? 0;
    native.close(fd);
    const stretch = { offset: 0, size };
    this.#names.set(stretch, name);
    return stretch;
  }

  async *bytes(stretch: Stretch): AsyncGenerator<Uint8Array> {
    const name = this.#names.get(stretch) ?? "";
    const fd = this.#open(name);
    if (fd === undefined) return;
    try {
      yield* stretchBytes({ fd, path: `${this.#path}/${name}` }, stretch);
    } finally {
      native.close(fd);
    }
  }

  [Symbol.dispose](): void {
    native.close(this.#folder);
  }

  // What is no regular file is none of the layout's.
  #open(name: string): number | undefined {
    const path = `${this.#path}/${name}`;
    const fd = openResolved(this.#folder, name, { flags: open.path, mode: 0, resolve });
    if (fd === enoent) return undefined;
    checked(fd, "open", path);
    try {
      return isRegular(fd) ? checked(reopen(fd, readFlags), "open", path) : undefined;
    } finally {
      native.close(fd);
    }
  }
}
