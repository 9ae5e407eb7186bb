import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { open } from "../host/open-flags.ts";

/** A file of a cgroup by its name; undefined where this kernel has none, or does not give it. */
export type Read = (name: string) => string | undefined;

// One buffer and one decoder for all: a look at a container's counts reads forty files, and a shim has little memory.
let buffer = new Uint8Array(16 * 1024);
const decoder = new TextDecoder();
const largest = 2 ** 20;

/** The files of one folder, which is held open meanwhile: another cgroup of the same name is not mistaken for it. */
export class CgroupFolder implements Disposable {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Undefined where it has gone. */
  static open(path: HostPath): CgroupFolder | undefined {
    const fd = native.openat(atFdcwd, path, open.readOnly | open.directory, 0);
    return fd < 0 ? undefined : new CgroupFolder(fd);
  }

  readonly read: Read = (name) => {
    const fd = native.openat(this.#fd, name, open.readOnly | open.nonBlocking, 0);
    if (fd < 0) return undefined;
    const text = wholeText(fd);
    native.close(fd);
    return text;
  };

  [Symbol.dispose](): void {
    native.close(this.#fd);
  }
}

/** All that can be read from a descriptor's position on; undefined where reading fails, or never ends. */
export function wholeText(fd: number): string | undefined {
  for (let length = 0; ;) {
    if (length === buffer.length && !enlarge()) return undefined;
    const got = native.read(fd, buffer.buffer, length, buffer.length - length);
    if (got < 0) return undefined;
    if (got === 0) return decoder.decode(buffer.subarray(0, length));
    length += got;
  }
}

function enlarge(): boolean {
  if (buffer.length >= largest) return false;
  const larger = new Uint8Array(buffer.length * 2);
  larger.set(buffer);
  buffer = larger;
  return true;
}
