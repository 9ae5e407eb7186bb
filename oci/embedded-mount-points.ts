import { WrunError } from "./error.ts";
import type { GuestPath, HostPath, Preopen } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import type { MountPoint, Standing } from "./mount-point.ts";
import { show } from "./note.ts";

/** A place in the guest's tree where something must stand. */
export interface Wanted {
  readonly guest: GuestPath;
  readonly kind: MountPoint["kind"];
  readonly field: string;
}

/**
 * Where mounts and the working directory of the embedded sandbox stand. crun and runc make what the image lacks, in
 * the root file system or in whatever is mounted above, and leave it there; so do we, where we may. Elsewhere the
 * missing directories are temporary ones, read-only, that the guest finds in their place.
 */
export class EmbeddedMountPoints {
  readonly #input: GrantInput;
  readonly #scratch: HostPath[] = [];
  readonly #points: MountPoint[] = [];

  constructor(input: GrantInput) {
    this.#input = input;
  }

  /** The directories that stand in for tmpfs mounts and for what cannot be made. */
  get scratch(): readonly HostPath[] {
    return this.#scratch;
  }

  get points(): readonly MountPoint[] {
    return this.#points;
  }

  /** A new temporary directory. */
  temporary(): HostPath {
    const host = `${this.#input.scratch}/${this.#scratch.length}`;
    this.#scratch.push(host);
    return host;
  }

  /** Prepares a mount beneath `outer`; a directory of our own where that is needed on the way. */
  mount(outer: Preopen, wanted: Wanted): Preopen | undefined {
    const path = within(outer, wanted.guest);
    if (path === "") return checkKind(outer.kind, wanted);
    const standing = this.#standing(outer, path);
    if (standing.kind === "blocked") throw blocked(wanted);
    if (standing.kind !== "missing") return checkKind(standing.kind, wanted);
    if (this.#mayMake(outer, standing)) return this.#make(outer, { ...wanted, path });
    return this.#standIn(outer, { ...wanted, path, existing: standing.existing });
  }

  /** Prepares the working directory, in what is mounted by then. */
  workingDirectory(outer: Preopen, wanted: Wanted): void {
    const path = within(outer, wanted.guest);
    if (path === "") return;
    const standing = this.#standing(outer, path);
    if (standing.kind === "directory") return;
    const { guest, field } = wanted;
    if (standing.kind !== "missing")
      throw new WrunError("invalid", `${field}: ${show(guest)} is no directory`);
    if (!this.#mayMake(outer, standing))
      throw new WrunError("not-found", `${field}: ${show(guest)} does not exist, and cannot be made there`);
    this.#make(outer, { ...wanted, path });
  }

  // Nothing is in our own directories but what has been planned for them.
  #standing({ host, kind }: Preopen, path: string): Standing {
    if (kind === "file") return { kind: "blocked" };
    if (this.#scratch.includes(host)) return { kind: "missing", existing: 0, creatable: true };
    return this.#input.probe.standsAt(host, path);
  }

  // root.readonly takes effect once everything is mounted.
  #mayMake(outer: Preopen, { creatable }: { readonly creatable: boolean }): boolean {
    const writable =
      outer.access === "read-write" || outer.guest === "/" || this.#scratch.includes(outer.host);
    return creatable && writable;
  }

  #make({ host }: Preopen, { path, kind, field, guest }: Wanted & { readonly path: string }): undefined {
    this.#points.push({ above: host, path, kind, field });
    if (!this.#scratch.includes(host))
      this.#input.remarks.grant(field, `${show(guest)} is made, as it is missing`);
  }

  #standIn(
    outer: Preopen,
    wanted: Wanted & { readonly path: string; readonly existing: number },
  ): Preopen | undefined {
    const names = wanted.path.split("/");
    const missing = wanted.existing + 1;
    const first = `${outer.guest === "/" ? "" : outer.guest}/${names.slice(0, missing).join("/")}`;
    this.#input.remarks.warn(
      wanted.field,
      `${show(first)} can be opened but is not listed: it is missing, and cannot be made`,
    );
    if (missing === names.length) return undefined;
    const host = this.temporary();
    this.#points.push({
      above: host,
      path: names.slice(missing).join("/"),
      kind: wanted.kind,
      field: wanted.field,
    });
    return { kind: "directory", host, guest: first, access: "read-only" };
  }
}

function within({ guest }: Preopen, path: GuestPath): string {
  return path.slice(guest === "/" ? 1 : guest.length + 1);
}

// mount(2): ENOTDIR.
function checkKind(found: "directory" | "file" | "special", { guest, kind, field }: Wanted): undefined {
  if ((found === "directory") === (kind === "directory")) return undefined;
  const what = found === "directory" ? "a directory, and what is mounted there a file" : "no directory";
  throw new WrunError("invalid", `${field}: ${show(guest)} is ${what}`);
}

function blocked({ guest, field }: Wanted): WrunError {
  return new WrunError("invalid", `${field}: a name on the way to ${show(guest)} is no directory`);
}
