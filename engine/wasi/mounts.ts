import { atFdcwd, native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { Grant, GuestPath, HostPath, Preopen } from "../../oci/grant.ts";
import { quote } from "../../oci/note.ts";
import { errnoText } from "../errno.ts";
import type { Guard } from "./guard.ts";
import { EACCES, EINVAL, ELOOP, ENOENT, O_DIRECTORY, O_PATH } from "./linux.ts";
import { type BoundFile, type Entry, join, Namespace, normalize, type Root } from "./namespace.ts";
import { mostLinks, readlink } from "./symlink.ts";
import { startAt, Walk } from "./walk.ts";

// While the table is made, a path of `readonly` may still take away from what is mounted there.
type GivenMount = (Root | BoundFile) & { readOnly: boolean };
type Given = Exclude<Entry, Root | BoundFile> | GivenMount;

/** What the grant says of each guest path, with everything opened; and which directory each preopen became. */
export interface Mounts {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly roots: ReadonlyMap<Preopen, Root>;
}

/** Opens what the grant mounts, and marks what it hides and makes read-only. */
export function openMounts(grant: Grant, guard: Guard): Mounts {
  const entries = new Map<string, Given>();
  const roots = new Map<Preopen, Root>();
  const settle = settlesLinks(grant) ? settled : asWritten;
  for (const preopen of outermostFirst(grant.preopens)) {
    const entry = openMount(preopen, { path: settle(entries, preopen.guest), guard });
    entries.set(entry.path, entry);
    if (entry.kind === "directory") roots.set(preopen, entry);
  }
  for (const path of grant.readonly) lessen(entries, settle(entries, path));
  for (const path of grant.hidden) entries.set(settle(entries, path), { kind: "hidden" });
  if (grant.streams !== undefined) nameStreams(entries, normalize(grant.streams));
  return { entries, roots };
}

// Whether a path of the grant may lead through a symlink of the image, as /var/run/secrets often does. In a kernel
// sandbox "/" is the container's own, and every mount is where the kernel put it.
function settlesLinks({ preopens }: Grant): boolean {
  return !(preopens.length === 1 && preopens[0]?.host === "/");
}

function asWritten(_entries: ReadonlyMap<string, Entry>, path: GuestPath): GuestPath {
  return normalize(path);
}

// Where a runtime would mount: the links of the image are followed, and never out of it.
function settled(entries: ReadonlyMap<string, Entry>, path: GuestPath): GuestPath {
  const namespace = new Namespace(entries, { walks: true });
  const found = namespace.find(path);
  if (found === undefined) return normalize(path);
  const walk = new Walk(namespace, startAt(found.root), found.rest);
  const at = walk.settle();
  walk.close();
  return at;
}

// fd is a link into /proc where the kernel has made the directory.
function nameStreams(entries: Map<string, Given>, directory: GuestPath): void {
  entries.set(join(directory, "fd"), { kind: "hidden" });
  ["stdin", "stdout", "stderr"].forEach((name, number) => {
    for (const path of [join(directory, name), join(directory, `fd/${number}`)])
      if (!entries.has(path)) entries.set(path, { kind: "stream", number });
  });
}

function outermostFirst(preopens: readonly Preopen[]): Preopen[] {
  return preopens.toSorted((a, b) => normalize(a.guest).length - normalize(b.guest).length);
}

function lessen(entries: Map<string, Given>, path: string): void {
  const entry = entries.get(path);
  if (entry?.kind === "directory" || entry?.kind === "file") entry.readOnly = true;
  else entries.set(path, { kind: "readonly" });
}

function openMount(preopen: Preopen, { path, guard }: { path: GuestPath; guard: Guard }): GivenMount {
  const readOnly = preopen.access === "read-only";
  if (preopen.kind === "file") return { kind: "file", ...pinFile(preopen.host), path, readOnly };
  let fd = native.openat(atFdcwd, preopen.host, O_DIRECTORY, 0);
  // A directory that can only be passed through is of use as well.
  if (fd === -EACCES) fd = native.openat(atFdcwd, preopen.host, O_DIRECTORY | O_PATH, 0);
  if (fd < 0) throw cannotOpen(preopen.host, fd);
  // What begins here is looked at no more.
  if (guard.admit(fd) < 0) throw ofTheKernel(preopen.host);
  return { kind: "directory", fd, path, readOnly };
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

function ofTheKernel(host: HostPath): WrunError {
  return new WrunError(
    "permission",
    `${quote(host)} cannot be granted: it is on a file system of the kernel's`,
  );
}

function cannotOpen(host: HostPath, result: number): WrunError {
  const path = quote(host);
  if (result === -ENOENT) return new WrunError("not-found", `${path} cannot be granted: it does not exist`);
  if (result === -EACCES) return new WrunError("permission", `${path} cannot be granted: access is denied`);
  return new WrunError("io", `${path} cannot be granted: ${errnoText(result)}`);
}
