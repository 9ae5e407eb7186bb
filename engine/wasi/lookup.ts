import { native, statFields } from "../../native/native.ts";
import { isWithin } from "../../oci/guest-path.ts";
import type { Guard } from "./guard.ts";
import {
  AT_SYMLINK_NOFOLLOW,
  EBUSY,
  EEXIST,
  EISDIR,
  ENOENT,
  EROFS,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOCTTY,
  O_PATH,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "./linux.ts";
import { type Entry, isReadOnly, join, type Namespace } from "./namespace.ts";
import { type How, type Opened, Resolver } from "./resolver.ts";
import { type Base, nowhere, Walk } from "./walk.ts";

/** A name in an open directory, for calls that act on the name itself. */
export interface Place {
  readonly fd: number;
  /** Ends in a slash where the guest's did: the calls that make or remove names mind it, and follow nothing. */
  readonly name: string;
  readonly path: string;
  readonly entry: Entry | undefined;
  /** What stands there is fixed by what it is. */
  readonly isFixed: boolean;
}

/** What was opened, and looked at. */
interface Looked extends Opened {
  /** It exists, and the guest may not have it. */
  readonly isRefused?: true;
}

const directoryOnly: How = { flags: O_PATH | O_DIRECTORY, mode: 0, follow: true };
const exists = new BigInt64Array(statFields.count);

/** How the guest's paths become files of the host: resolved within the grant, then looked at before use. */
export class Lookup {
  readonly namespace: Namespace;
  readonly guard: Guard;
  readonly #resolver: Resolver;

  constructor(namespace: Namespace, guard: Guard) {
    this.namespace = namespace;
    this.guard = guard;
    this.#resolver = new Resolver(namespace);
  }

  /** Opens the file at `path`. Afterwards `guard.stat` describes it. */
  open(base: Base, path: string, how: How): Opened {
    if (how.flags & O_CREAT && path.endsWith("/")) return { fd: -EISDIR, path };
    if (opensDevices(how)) {
      const refused = this.#refuse(base, path, how);
      if (refused < 0) return { fd: refused, path };
    }
    return this.#resolve(base, path, { ...how, flags: withoutTty(how.flags) });
  }

  /** Acts on the last name of `path` in its directory. */
  at(base: Base, path: string, act: (place: Place) => number): number {
    const [, above = "", name = ".", slashes = ""] = lastName.exec(path) ?? [];
    if (name === "." || name === ".." || this.namespace.walks) return this.#atWalking(base, path, act);
    const last = slashes === "" ? name : `${name}/`;
    if (above === "") return this.#actIn({ fd: base.fd, path: base.path }, last, act);
    const parent = this.#resolve(base, above, directoryOnly);
    if (parent.fd < 0) return parent.fd;
    const result = this.#actIn(parent, last, act);
    native.close(parent.fd);
    return result;
  }

  /** As `at`, for a call that makes the name. */
  create(base: Base, path: string, act: (place: Place) => number): number {
    return this.at(base, path, (place) => {
      if (!this.isReadOnly(base, place)) return act(place);
      // With a slash at its end the kernel would follow a link, out of the tree as well.
      const found = native.fstatat(place.fd, bare(place.name), AT_SYMLINK_NOFOLLOW, exists) >= 0;
      return found ? -EEXIST : -EROFS;
    });
  }

  /** As `at`, for a call that takes the name away or gives it to another file. What the grant put there stays. */
  remove(base: Base, path: string, act: (place: Place) => number): number {
    return this.at(base, path, (place) => {
      if (this.isReadOnly(base, place)) return -EROFS;
      return place.isFixed || this.namespace.isBusy(place.path) ? -EBUSY : act(place);
    });
  }

  /** What governs the place: two places with different ones are on different file systems for the guest. */
  mountOf(base: Base, place: { readonly path: string }): Entry {
    if (this.namespace.isPlain(base.root.path) && isWithin(place.path, base.root.path)) return base.root;
    return this.namespace.around(place.path) ?? base.root;
  }

  /** Whether nothing at this place, found from `base`, can be changed. */
  isReadOnly(base: Base, place: { readonly path: string }): boolean {
    return isReadOnly(this.mountOf(base, place));
  }

  #atWalking(base: Base, path: string, act: (place: Place) => number): number {
    const walk = new Walk(this.namespace, base, path);
    let result = walk.advance();
    if (result >= 0 && walk.fd !== base.fd)
      result = walk.fd === nowhere ? -ENOENT : this.guard.admit(walk.fd);
    if (result >= 0) {
      const name = walk.asDirectory && walk.name !== "." ? `${walk.name}/` : walk.name;
      result = this.#actAt({ fd: walk.fd, name, path: walk.path }, act);
    }
    walk.close();
    return result;
  }

  #actIn(parent: Opened, name: string, act: (place: Place) => number): number {
    return this.#actAt({ fd: parent.fd, name, path: join(parent.path, bare(name)) }, act);
  }

  #actAt(at: Pick<Place, "fd" | "name" | "path">, act: (place: Place) => number): number {
    const entry = this.namespace.at(at.path);
    if (entry?.kind === "hidden") return -ENOENT;
    const { known } = this.guard;
    if (known.isEmpty || native.fstatat(at.fd, bare(at.name), AT_SYMLINK_NOFOLLOW, exists) < 0)
      return act({ ...at, entry, isFixed: false });
    if (known.isHidden(exists)) return -ENOENT;
    return act({ ...at, entry, isFixed: known.find(exists) !== undefined });
  }

  #resolve(base: Base, path: string, how: How): Looked {
    // A file must not be made before its directory is known.
    if (how.flags & O_CREAT && this.guard.known.isWatched())
      return this.#admit(this.#resolver.walk(base, path, how));
    const opened = this.#admit(this.#resolver.open(base, path, how));
    if (!this.#mayBeBeneath(base, opened.fd)) return opened;
    if (opened.fd >= 0) native.close(opened.fd);
    const walked = this.#admit(this.#resolver.walk(base, path, how));
    return walked.fd < 0 ? { ...walked, isRefused: true } : walked;
  }

  // What lies on another mount than where the lookup began may be, through a bind mount, in a directory that is hidden
  // or read-only. Why the kernel did not open it would say what is there, too.
  #mayBeBeneath({ root }: Base, opened: number): boolean {
    const { known, stat } = this.guard;
    if (this.namespace.walks || opened === -ENOENT) return false;
    if (opened < 0) return known.isWatched();
    return stat[statFields.mountId] !== root.mount && known.isWatched(stat);
  }

  #admit(opened: Opened): Looked {
    if (opened.fd < 0) return opened;
    const { known, stat } = this.guard;
    // The guest has had it from the start, a terminal or a device as it may be.
    const isStream = this.namespace.streamAt(opened.path) !== undefined;
    const refused = isStream ? native.fstat(opened.fd, stat) : this.guard.admit(opened.fd);
    if (refused >= 0)
      return isStream ? opened : { fd: opened.fd, path: known.readOnlyPath(stat) ?? opened.path };
    native.close(opened.fd);
    return { fd: refused, path: opened.path, isRefused: true };
  }

  // Opening a device can be an act of its own (a watchdog begins to count), and so is O_TRUNC: both are looked at before.
  #refuse(base: Base, path: string, how: How): number {
    const probe = this.#resolve(base, path, { ...how, flags: O_PATH });
    if (probe.fd < 0) return probe.isRefused === true ? probe.fd : 0;
    native.close(probe.fd);
    const isReadOnlyFile = this.guard.known.readOnlyPath(this.guard.stat) === probe.path;
    return writes(how) && isReadOnlyFile ? -EROFS : 0;
  }
}

function bare(name: string): string {
  return name.endsWith("/") ? name.slice(0, -1) : name;
}

// Above, name, slashes.
const lastName = /^(?:(.*\/)(?=[^/]))?([^/]*)(\/*)$/s;

function opensDevices(how: How): boolean {
  if (how.flags & (O_PATH | O_DIRECTORY)) return false;
  return !(how.flags & O_CREAT && how.flags & O_EXCL);
}

function writes({ flags }: How): boolean {
  return (flags & (O_WRONLY | O_RDWR | O_TRUNC)) !== 0;
}

// openat2 takes no other flags beside O_PATH.
function withoutTty(flags: number): number {
  return flags & O_PATH ? flags : flags | O_NOCTTY;
}
