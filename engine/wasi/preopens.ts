import { native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { Grant, GuestPath, Preopen } from "../../oci/grant.ts";
import { Guard } from "./guard.ts";
import { EACCES, ENOENT, O_DIRECTORY, O_NONBLOCK, S_IFMT, S_IFREG } from "./linux.ts";
import { Lookup } from "./lookup.ts";
import { openMounts } from "./mounts.ts";
import { Namespace, normalize, type Root } from "./namespace.ts";
import { type Base, startAt } from "./walk.ts";

/** A preopened directory, ready to become a descriptor. */
export interface OpenPreopen extends Base {
  /** What fd_prestat_dir_name tells. */
  readonly name: string;
}

/** What the grant opens, opened. */
export interface PreopenTable {
  /** In the order of their descriptors. */
  readonly directories: readonly OpenPreopen[];
  readonly lookup: Lookup;
}

/**
 * Opens every preopen of the grant.
 *
 * wasi-libc cannot tell `.` from `/` (it strips both to nothing, and the last that matches wins), so the
 * working directory, which becomes preopen `.`, stands first: absolute paths must keep their meaning.
 * `walks` resolves as if the kernel had no openat2.
 */
export function openPreopens(grant: Grant, options: { readonly walks?: boolean } = {}): PreopenTable {
  const guard = new Guard();
  const { entries, roots, links, looksOnTheWay } = openMounts(grant, guard);
  const walks = options.walks === true || looksOnTheWay;
  const namespace = new Namespace(entries, { walks, links, known: guard.known });
  const lookup = new Lookup(namespace, guard);
  return { directories: [...openCwd(lookup, grant.cwd), ...nameRoots(grant, roots, namespace)], lookup };
}

/** Opens the file that the guest would find at `path`, for reading: a descriptor or -errno. */
export function openGuestFile({ lookup }: PreopenTable, path: GuestPath): number {
  const found = lookup.namespace.find(path);
  if (found === undefined) return -ENOENT;
  const { fd } = lookup.open(startAt(found.root), found.rest, { flags: O_NONBLOCK, mode: 0, follow: true });
  if (fd < 0) return fd;
  if ((Number(lookup.guard.stat[statFields.mode]) & S_IFMT) === S_IFREG) return fd;
  native.close(fd);
  return -EACCES;
}

function nameRoots(grant: Grant, roots: ReadonlyMap<Preopen, Root>, namespace: Namespace): OpenPreopen[] {
  return grant.preopens.flatMap((preopen) => {
    const root = roots.get(preopen);
    return root === undefined ? [] : [toOpenPreopen(namespace, root, preopen.guest)];
  });
}

function toOpenPreopen(namespace: Namespace, entry: Root, name: string): OpenPreopen {
  const outer = namespace.rootOf(entry.path);
  const nested = outer !== undefined && outer.path !== entry.path;
  return { name, fd: entry.fd, path: entry.path, root: nested ? outer : entry, climbs: nested };
}

function openCwd(lookup: Lookup, cwd: GuestPath): OpenPreopen[] {
  const path = normalize(cwd);
  const found = path === "/" ? undefined : lookup.namespace.find(path);
  if (found === undefined) return [];
  const { root, rest } = found;
  const opened = lookup.open(startAt(root), rest, { flags: O_DIRECTORY, mode: 0, follow: true });
  if (opened.fd < 0) {
    throw new WrunError("not-found", `the working directory ${JSON.stringify(cwd)} cannot be opened`);
  }
  return [{ name: ".", fd: opened.fd, path: opened.path, root, climbs: true }];
}
