import { kindOf } from "../../engine/module/kind.ts";
import { atFdcwd, native, statFields } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Found, Probe } from "../../oci/probe.ts";
import { mountKind } from "../../oci/mount-kind.ts";
import type { Standing } from "../../oci/mount-point.ts";
import type { Mount } from "../../oci/runtime-spec.ts";
import { mountsIn } from "./mounts-in.ts";
import { standsAt } from "./mount-points.ts";
import { GuestTree } from "./guest-tree.ts";
import type { Place } from "./guest-tree.ts";

/** The container whose files are looked at. */
export interface ProbeOptions {
  readonly bundle: HostPath;
  readonly rootfs: HostPath;
  readonly mounts: readonly Mount[];
}

const typeMask = 0o170000;
const regular = 0o100000;
const directory = 0o040000;
const headLength = 4096;
const mostText = 2 ** 20;

/** Looks at the files of this machine, before anything is mounted. Nothing is opened until it is asked for. */
export class HostProbe implements Probe, Disposable {
  readonly #options: ProbeOptions;
  readonly #stat = new BigInt64Array(statFields.count);
  #tree: GuestTree | undefined;

  constructor(options: ProbeOptions) {
    this.#options = options;
  }

  lookup(path: string): Found | undefined {
    const place = this.#mounted().find(path);
    if (place.fd === undefined || native.fstat(place.fd, this.#stat) < 0) return undefined;
    const mode = Number(this.#stat[statFields.mode]);
    const type = mode & typeMask;
    if (type !== regular) return { kind: type === directory ? "directory" : "special" };
    const { isMount } = place;
    return { kind: "file", looks: kindOf(headOf(place)), executable: (mode & 0o111) !== 0, isMount };
  }

  resolve(path: string): string {
    return this.#mounted().find(path).path;
  }

  text(path: string): string | undefined {
    const file = this.#mounted().find(path).openFile();
    if (file < 0) return undefined;
    const bytes = readAll(file, mostText);
    native.close(file);
    return typeof bytes === "number" ? undefined : new TextDecoder().decode(bytes);
  }

  source(path: HostPath): "directory" | "file" | "special" | undefined {
    if (native.fstatat(atFdcwd, path, 0, this.#stat) < 0) return undefined;
    const type = Number(this.#stat[statFields.mode]) & typeMask;
    if (type === directory) return "directory";
    return type === regular ? "file" : "special";
  }

  mountsIn(path: HostPath): readonly string[] {
    return mountsIn(path);
  }

  standsAt(above: HostPath, path: string): Standing {
    return standsAt(above, path);
  }

  [Symbol.dispose](): void {
    this.#tree?.[Symbol.dispose]();
  }

  #mounted(): GuestTree {
    if (this.#tree !== undefined) return this.#tree;
    const { bundle, rootfs, mounts } = this.#options;
    const tree = new GuestTree(rootfs);
    this.#tree = tree;
    for (const mount of mounts) {
      const kind = mountKind(mount, bundle);
      tree.mount(mount.destination, kind.kind === "bind" ? kind.source : undefined);
    }
    return tree;
  }
}

function headOf(place: Place): Uint8Array {
  const head = new Uint8Array(headLength);
  const fd = place.openFile();
  if (fd < 0) return unreadable;
  const length = native.read(fd, head.buffer, 0, headLength);
  native.close(fd);
  return length < 0 ? unreadable : head.subarray(0, length);
}

/** What stands for a file that may be executed but not read: no kind of wasm. */
const unreadable = Uint8Array.of(0xff);
