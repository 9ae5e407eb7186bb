import { atFdcwd, native, nowTime, statFields } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { open } from "../host/open-flags.ts";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import { sweepModules } from "./sweep-modules.ts";

const typeAndMode = 0o177777;
const readOnlyFile = 0o100444;
const symlinkNofollow = 0x100;
let count = 0;

/**
 * Modules of artifacts as files, by digest: containers of one image share a file, and its pages. A file is only ever
 * made whole and checked, and those that mount it keep it when it is swept.
 */
export class ModuleCache {
  readonly #folder: HostPath;
  readonly #most: number;

  constructor(folder: HostPath = "/var/cache/wrun/modules", most: number = 2 ** 30) {
    this.#folder = folder;
    this.#most = most;
  }

  /** The file of a module that is there already, or is made of `parts`, which throw where they are not what was said. */
  async file(module: Descriptor, parts: AsyncIterable<Uint8Array>): Promise<HostPath> {
    const path = `${this.#folder}/${module.digest.replace(":", "-")}.wasm`;
    // A container's user has to find the file by its name, and nobody has to see what else is there.
    makeParents(path, 0o711);
    if (isOurs(path, module.size)) {
      native.utimensat(atFdcwd, path, nowTime, nowTime, 0);
      return path;
    }
    await writeFile(path, parts);
    sweepModules(this.#folder, { most: this.#most, but: path });
    return path;
  }
}

function isOurs(path: HostPath, size: number): boolean {
  const stat = new BigInt64Array(statFields.count);
  if (native.fstatat(atFdcwd, path, symlinkNofollow, stat) < 0) return false;
  const mode = Number(stat[statFields.mode]) & typeAndMode;
  const owner = Number(stat[statFields.uid]);
  return mode === readOnlyFile && owner === native.geteuid() && Number(stat[statFields.size]) === size;
}

async function writeFile(path: HostPath, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${native.getpid()}-${++count}.new`;
  const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
  const fd = checked(native.openat(atFdcwd, temporary, flags, 0o600), "write", temporary);
  try {
    for await (const part of parts) writePart(fd, part, temporary);
    checked(native.fchmod(fd, 0o444), "write", temporary);
    // The name must not outlive a power cut without the bytes: it stands for their digest.
    checked(native.fdatasync(fd), "write", temporary);
    checked(native.renameat(atFdcwd, temporary, atFdcwd, path), "write", path);
  } catch (error) {
    linuxFiles.removeFile(temporary);
    throw error;
  } finally {
    native.close(fd);
  }
}

function writePart(fd: number, part: Uint8Array, path: HostPath): void {
  for (let at = 0; at < part.length;)
    at += checked(native.write(fd, part.buffer, part.byteOffset + at, part.length - at), "write", path);
}
