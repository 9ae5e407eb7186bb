import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { Grant, GuestPath, HostPath, Preopen } from "../../oci/grant.ts";
import { Guard } from "./guard.ts";
import { EACCES, EINVAL, ELOOP, ENOENT, O_DIRECTORY, O_NONBLOCK, O_PATH, S_IFMT, S_IFREG } from "./linux.ts";
import { Lookup } from "./lookup.ts";
import { type BoundFile, type Entry, Namespace, normalize, type Root } from "./namespace.ts";
import type { Base } from "./walk.ts";
import { mostLinks, readlink } from "./walk.ts";

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
  const opened = grant.preopens.map((preopen) => ({ preopen, entry: openPreopen(preopen) }));
  const entries = new Map<string, Entry>();
  for (const { preopen, entry } of opened) entries.set(normalize(preopen.guest), entry);
  for (const path of grant.readonly) entries.set(normalize(path), lessened(entries.get(normalize(path))));
  for (const path of grant.hidden) entries.set(normalize(path), { kind: "hidden" });
  const namespace = new Namespace(entries, { walks: options.walks ?? false });
  const lookup = new Lookup(namespace, new Guard());
  const directories = opened.flatMap(({ preopen, entry }) =>
    entry.kind === "directory" ? [toOpenPreopen(namespace, entry, preopen.guest)] : [],
  );
  return { directories: [...openCwd(lookup, grant.cwd), ...directories], lookup };
}

/** Opens the file that the guest would find at `path`, for reading: a descriptor or -errno. */
export function openGuestFile({ lookup }: PreopenTable, path: GuestPath): number {
  const found = lookup.namespace.find(path);
  if (found === undefined) return -ENOENT;
  const base = { fd: found.root.fd, path: found.root.path, root: found.root, climbs: false };
  const { fd } = lookup.open(base, found.rest, { flags: O_NONBLOCK, mode: 0, follow: true });
  if (fd < 0) return fd;
  if ((Number(lookup.guard.stat[statFields.mode]) & S_IFMT) === S_IFREG) return fd;
  native.close(fd);
  return -EACCES;
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
  const base = { fd: root.fd, path: root.path, root, climbs: false };
  const opened = lookup.open(base, rest, { flags: O_DIRECTORY, mode: 0, follow: true });
  if (opened.fd < 0) {
    throw new WrunError("not-found", `the working directory ${JSON.stringify(cwd)} cannot be opened`);
  }
  return [{ name: ".", fd: opened.fd, path: opened.path, root, climbs: true }];
}

function lessened(entry: Entry | undefined): Entry {
  if (entry?.kind === "directory" || entry?.kind === "file") return { ...entry, readOnly: true };
  return { kind: "readonly" };
}

function openPreopen(preopen: Preopen): Root | BoundFile {
  const readOnly = preopen.access === "read-only";
  if (preopen.kind === "file") return { kind: "file", ...pinFile(preopen.host), readOnly };
  let fd = native.openat(atFdcwd, preopen.host, O_DIRECTORY, 0);
  // A directory that can only be passed through is of use as well.
  if (fd === -EACCES) fd = native.openat(atFdcwd, preopen.host, O_DIRECTORY | O_PATH, 0);
  if (fd < 0) throw cannotOpen(preopen.host, fd);
  return { kind: "directory", fd, path: normalize(preopen.guest), readOnly };
}

// Follows the links to the file once, and holds the directory that it is in.
function pinFile(host: HostPath): Pick<BoundFile, "parent" | "name"> {
  let parent = atFdcwd;
  let path: string = host;
  for (let links = 0; links <= mostLinks; links++) {
    const { above, name } = split(path);
    parent = native.openat(parent, above, O_DIRECTORY | O_PATH, 0);
    if (parent < 0) throw cannotOpen(host, parent);
    const target = readlink(parent, name);
    if (target === -EINVAL) return { parent, name };
    if (typeof target === "number") throw cannotOpen(host, target);
    path = target;
  }
  throw cannotOpen(host, -ELOOP);
}

function split(path: string): { above: string; name: string } {
  const end = path.lastIndexOf("/") + 1;
  return { above: end === 0 ? "." : path.slice(0, end), name: path.slice(end) };
}

function cannotOpen(host: HostPath, result: number): WrunError {
  const path = JSON.stringify(host);
  if (result === -ENOENT) return new WrunError("not-found", `${path} cannot be granted: it does not exist`);
  if (result === -EACCES) return new WrunError("permission", `${path} cannot be granted: access is denied`);
  return new WrunError("io", `${path} cannot be granted: it cannot be opened (errno ${-result})`);
}
