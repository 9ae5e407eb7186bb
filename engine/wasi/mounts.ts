import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { Grant, GuestPath, HostPath, Preopen } from "../../oci/grant.ts";
import { isWithin } from "../../oci/guest-path.ts";
import { quote } from "../../oci/note.ts";
import { errnoText } from "../errno.ts";
import { isEngineFolder, visitEngineFiles } from "./engine-files.ts";
import type { Guard } from "./guard.ts";
import type { KnownFiles } from "./known-files.ts";
import {
  AT_SYMLINK_NOFOLLOW,
  EACCES,
  EINVAL,
  ELOOP,
  ENOENT,
  O_DIRECTORY,
  O_PATH,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
} from "./linux.ts";
import { type BoundFile, type Entry, join, normalize, type Root } from "./namespace.ts";
import { mayOverlap } from "./overlap.ts";
import { type Settled, Settler } from "./settler.ts";
import { mostLinks, readlink } from "./symlink.ts";

// While the table is made, a path of `readonly` may still take away from what is mounted there.
type GivenMount = (Root | BoundFile) & { readOnly: boolean };
type Given = Exclude<Entry, Root | BoundFile> | GivenMount;

/** What the grant says of each guest path, with everything opened; and which directory each preopen became. */
export interface Mounts {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly roots: ReadonlyMap<Preopen, Root>;
  /** Symlinks on the way to any of the paths. */
  readonly links: ReadonlySet<GuestPath>;
  /** Whether a file is safely known only where every directory on the way to it is looked at. */
  readonly looksOnTheWay: boolean;
}

/** Opens what the grant mounts, and marks what it hides and makes read-only. */
export function openMounts(grant: Grant, guard: Guard): Mounts {
  const table = new MountTable(guard);
  for (const preopen of outermostFirst(grant.preopens)) table.open(preopen);
  for (const path of grant.readonly) table.lessen(path);
  table.hide(grant.hidden);
  if (grant.streams !== undefined) table.nameStreams(grant.streams);
  return table;
}

/** The table while it is made. */
class MountTable implements Mounts {
  readonly entries = new Map<string, Given>();
  readonly roots = new Map<Preopen, Root>();
  readonly #guard: Guard;
  readonly #known: KnownFiles;
  readonly #settler: Settler;
  #isUnsure = false;

  constructor(guard: Guard) {
    this.#guard = guard;
    this.#known = guard.known;
    this.#settler = new Settler(this.entries, guard.known);
  }

  get links(): ReadonlySet<GuestPath> {
    return this.#settler.links;
  }

  get looksOnTheWay(): boolean {
    return this.#isUnsure || (this.#known.isWatched() && mayOverlap([...this.roots.values()]));
  }

  open(preopen: Preopen): void {
    const { path } = this.#settler.settle(preopen.guest);
    const entry = openMount(preopen, { path, guard: this.#guard });
    this.entries.set(path, entry);
    if (entry.kind === "directory") this.roots.set(preopen, entry);
  }

  lessen(guest: GuestPath): void {
    const settled = this.#settler.settle(guest);
    const entry = this.entries.get(settled.path);
    if (entry?.kind === "directory" || entry?.kind === "file") entry.readOnly = true;
    else {
      this.entries.set(settled.path, { kind: "readonly" });
      if (settled.exists) this.#know(settled, "readonly");
    }
  }

  /** Those that lead through symlinks come last: where they lead is hidden by then, as a rule, and not looked at. */
  hide(paths: readonly GuestPath[]): void {
    const linked = paths.filter((path) => {
      const settled = this.#settler.straight(path);
      if (settled !== undefined) this.#hide(settled);
      return settled === undefined;
    });
    for (const path of linked) this.#hide(this.#settler.settle(path));
  }

  // fd is a link into /proc where the kernel has made the directory.
  nameStreams(guest: GuestPath): void {
    const directory = this.#settler.settle(guest).path;
    this.entries.set(join(directory, "fd"), { kind: "hidden" });
    ["stdin", "stdout", "stderr"].forEach((name, number) => {
      for (const path of [join(directory, name), join(directory, `fd/${number}`)])
        if (!this.entries.has(path)) this.entries.set(path, { kind: "stream", number });
    });
  }

  #hide(settled: Settled): void {
    for (const path of [...settled.names, settled.path]) {
      this.#refuseCovered(path);
      this.entries.set(path, { kind: "hidden" });
    }
    if (!settled.exists) return;
    const { stat } = this.#settler;
    this.#know(settled, "hidden");
    if (stat[statFields.mountId] === -1n) this.#isUnsure = true;
    if (isEngineFolder(stat)) this.#hideEngine(settled.path);
  }

  // The report and the module of an artifact are mounts of their own there.
  #hideEngine(path: GuestPath): void {
    this.#known.add(this.#settler.stat, "hidden", path);
    const isAll = visitEngineFiles((stat, isMount) => {
      if (isMount) this.#known.hideMount(stat);
      this.#known.add(stat, "hidden", path);
    });
    if (!isAll) this.#isUnsure = true;
  }

  // Devices are the guard's: /dev/null stands in for each file that a runtime masks, and is none that is hidden.
  #know(settled: Settled, reason: "hidden" | "readonly"): void {
    const { stat } = this.#settler;
    const isWhole = reason === "hidden" && settled.isMount && this.#known.hideMount(stat);
    const type = Number(stat[statFields.mode]) & S_IFMT;
    if (type === S_IFREG) this.#known.add(stat, reason, settled.path);
    // A directory that is mounted elsewhere as well is hidden as this mount alone, as a runtime would mask it.
    if (type !== S_IFDIR || isWhole) return;
    this.#known.add(stat, reason, settled.path);
    this.#known.watch(stat);
  }

  #refuseCovered(hidden: GuestPath): void {
    for (const [preopen, { path }] of this.roots) if (isWithin(path, hidden)) throw isHidden(preopen, hidden);
  }
}

function outermostFirst(preopens: readonly Preopen[]): Preopen[] {
  return preopens.toSorted((a, b) => normalize(a.guest).length - normalize(b.guest).length);
}

function openMount(preopen: Preopen, { path, guard }: { path: GuestPath; guard: Guard }): GivenMount {
  const readOnly = preopen.access === "read-only";
  if (preopen.kind === "file") {
    const pinned = pinFile(preopen.host);
    if (native.fstatat(pinned.parent, pinned.name, AT_SYMLINK_NOFOLLOW, guard.stat) >= 0)
      guard.known.grant(guard.stat);
    return { kind: "file", ...pinned, path, readOnly };
  }
  let fd = native.openat(atFdcwd, preopen.host, O_DIRECTORY, 0);
  // A directory that can only be passed through is of use as well.
  if (fd === -EACCES) fd = native.openat(atFdcwd, preopen.host, O_DIRECTORY | O_PATH, 0);
  if (fd < 0) throw cannotOpen(preopen.host, fd);
  // What begins here is looked at no more.
  if (guard.admit(fd) < 0) throw ofTheKernel(preopen.host);
  guard.known.grant(guard.stat);
  return { kind: "directory", fd, path, readOnly, mount: guard.stat[statFields.mountId] ?? -1n };
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

function isHidden({ host, guest }: Preopen, hidden: GuestPath): WrunError {
  return new WrunError(
    "invalid",
    `${quote(host)} cannot be granted at ${quote(guest)}: ${quote(hidden)} is hidden`,
  );
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
