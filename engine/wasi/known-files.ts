import { statFields } from "../../native/native.ts";
import type { GuestPath } from "../../oci/grant.ts";

/** Why a file is known: the guest may not have it, may not change it, or may not move it. */
type Reason = "hidden" | "readonly" | "fixed";

/** A file that a path of the grant names or passes through. */
export interface KnownFile {
  readonly dev: bigint;
  readonly reason: Reason;
  /** Where the guest sees it, links resolved. */
  readonly path: GuestPath;
}

const strictest: readonly Reason[] = ["hidden", "readonly", "fixed"];

/**
 * Files by what they are: st_dev with st_ino, or the mount that they are on. A hard link, a bind mount of the same
 * directory and a rename change the path of a file, and none of these.
 */
export class KnownFiles {
  readonly #mounts = new Set<bigint>();
  readonly #byInode = new Map<bigint, readonly KnownFile[]>();
  readonly #watched = new Set<bigint>();
  readonly #granted: { readonly dev: bigint; readonly ino: bigint; readonly mount: bigint }[] = [];

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#mounts.size === 0 && this.#byInode.size === 0;
  }

  /** A preopen: what is granted under a path of its own stays visible there. */
  grant(stat: BigInt64Array): void {
    this.#granted.push({ dev: devOf(stat), ino: inoOf(stat), mount: mountOf(stat) });
  }

  /** Hides all that is on the mount of `stat`; false where that is not possible. */
  hideMount(stat: BigInt64Array): boolean {
    const mount = mountOf(stat);
    if (mount < 0n || this.#granted.some((granted) => granted.mount === mount)) return false;
    this.#mounts.add(mount);
    return true;
  }

  add(stat: BigInt64Array, reason: Reason, path: GuestPath): void {
    const [dev, ino] = [devOf(stat), inoOf(stat)];
    if (this.#granted.some((granted) => granted.dev === dev && granted.ino === ino)) return;
    const others = this.#byInode.get(ino) ?? [];
    const known = others.find((other) => other.dev === dev);
    if (known !== undefined && strictest.indexOf(known.reason) <= strictest.indexOf(reason)) return;
    this.#byInode.set(ino, [...others.filter((other) => other !== known), { dev, reason, path }]);
  }

  /** Says that `stat` is of a directory: what is beneath it has to be told from what is not. */
  watch(stat: BigInt64Array): void {
    this.#watched.add(devOf(stat));
  }

  /** Whether directories on the way to a file have to be looked at: with `stat`, on its file system. */
  isWatched(stat?: BigInt64Array): boolean {
    return stat === undefined ? this.#watched.size > 0 : this.#watched.has(devOf(stat));
  }

  find(stat: BigInt64Array): KnownFile | undefined {
    const dev = devOf(stat);
    return this.#byInode.get(inoOf(stat))?.find((known) => known.dev === dev);
  }

  isHidden(stat: BigInt64Array): boolean {
    return this.#mounts.has(mountOf(stat)) || this.find(stat)?.reason === "hidden";
  }

  /** Where a read-only file is; undefined where `stat` is of none. */
  readOnlyPath(stat: BigInt64Array): GuestPath | undefined {
    const known = this.find(stat);
    return known?.reason === "readonly" ? known.path : undefined;
  }

  /** Whether a file with this inode number, of whatever file system, is hidden. */
  mayHide(ino: bigint): boolean {
    return this.#byInode.get(ino)?.some(({ reason }) => reason === "hidden") ?? false;
  }
}

function devOf(stat: BigInt64Array): bigint {
  return stat[statFields.dev] ?? 0n;
}

function inoOf(stat: BigInt64Array): bigint {
  return stat[statFields.ino] ?? 0n;
}

function mountOf(stat: BigInt64Array): bigint {
  return stat[statFields.mountId] ?? -1n;
}
