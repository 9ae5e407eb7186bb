import { WrunError } from "./error.ts";
import { checkMountOptions } from "./embedded-mount-options.ts";
import { EmbeddedMountPoints } from "./embedded-mount-points.ts";
import { canBeGranted } from "./grant-flags.ts";
import type { Access, Grant, GuestPath, HostPath, Preopen } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { sound } from "./grant-process.ts";
import { isWithin, normalized } from "./guest-path.ts";
import { deviceLinks, harmlessDevices } from "./devices.ts";
import { Hidden, hideMaskedPaths, readonlyPaths } from "./hidden.ts";
import { isReadonly, isRecursive, mountKind } from "./mount-kind.ts";
import type { MountPoint } from "./mount-point.ts";
import { quote, show } from "./note.ts";
import { rootfsOf } from "./rootfs.ts";
import type { Mount } from "./runtime-spec.ts";

/** The file grant, the directories that stand in for tmpfs mounts, and what must be made to mount on. */
export type EmbeddedFiles = Pick<Grant, "preopens" | "hidden" | "readonly"> & {
  readonly scratch: readonly HostPath[];
  readonly mountPoints: readonly MountPoint[];
};

/**
 * Files in the embedded sandbox, where nothing is mounted: each mount becomes a preopen of its own. A mount
 * that the guest does not get is hidden, or what the image has beneath it would come to light.
 */
export function grantEmbeddedFiles(input: GrantInput): EmbeddedFiles {
  const files = new EmbeddedMounts(input);
  (input.spec.mounts ?? []).forEach((mount, index) => files.add(mount, `mounts[${index}]`));
  return files.finish();
}

class EmbeddedMounts {
  readonly #input: GrantInput;
  readonly #hidden = new Hidden();
  readonly #points: EmbeddedMountPoints;
  // Files that are mounts of the host's, in the sources of bind mounts.
  readonly #covered = new Set<GuestPath>();
  readonly #root: Preopen;
  #granted: readonly { readonly preopen: Preopen; readonly field: string }[];

  constructor(input: GrantInput) {
    this.#input = input;
    const readonly = input.spec.root?.readonly === true;
    const host = passable(rootfsOf(input), "root.path");
    this.#points = new EmbeddedMountPoints(input);
    this.#root = { kind: "directory", host, guest: "/", access: accessOf(readonly) };
    this.#granted = [{ preopen: this.#root, field: "root" }];
    const { init } = input.workload;
    if (init !== undefined) this.#hidden.add(input.probe.resolve(init));
  }

  add(mount: Mount, field: string): void {
    const guest = this.#destination(mount, field);
    const kind = mountKind(mount, this.#input.bundle);
    if (this.#hidden.covers(guest)) this.#input.remarks.drop(field, `${show(guest)} is hidden`);
    else if (kind.kind === "kernel") this.#hide(guest, { field, because: kind.because });
    else if (kind.kind === "memory") this.#addMemory(mount, { field, guest });
    else if (kind.kind === "bind") this.#addBind(mount, { field, guest, source: kind.source });
    else throw unsupportedMount(mount, field);
  }

  finish(): EmbeddedFiles {
    this.#hideCovered();
    this.#addMissingDevices();
    this.#addWorkingDirectory();
    const place = (path: string): GuestPath => this.#input.probe.resolve(normalized(path));
    hideMaskedPaths(this.#input, this.#hidden, place);
    const readonly = readonlyPaths(this.#input, this.#hidden, place);
    const granted = this.#granted.filter(({ preopen }) => !this.#hidden.covers(preopen.guest));
    for (const { preopen, field } of granted)
      this.#input.remarks.grant(
        field,
        `preopen ${show(preopen.guest)}, ${preopen.access}, from ${show(preopen.host)}`,
      );
    const preopens = granted.map(({ preopen }) => preopen);
    const { scratch, points: mountPoints } = this.#points;
    return { preopens, hidden: this.#hidden.list(), readonly, scratch, mountPoints };
  }

  #destination(mount: Mount, field: string): GuestPath {
    const path = passable(normalized(mount.destination), `${field}.destination`);
    if (this.#hidden.covers(path)) return path;
    const guest = passable(this.#input.probe.resolve(path), `${field}.destination`);
    if (guest !== "/") return guest;
    throw new WrunError("unsupported", `${field}.destination: only the kernel sandbox can mount over /`);
  }

  #addMemory(mount: Mount, { field, guest }: { field: string; guest: GuestPath }): void {
    passable(this.#input.scratch, "the state folder");
    checkMountOptions(mount, this.#input, field);
    this.#stand(guest, "directory", field);
    const host = this.#points.temporary();
    this.#grant({ kind: "directory", host, guest, access: accessOf(isReadonly(mount)) }, field);
    if (normalized(mount.destination) === "/dev") this.#addDevices(guest, field);
  }

  // crun and runc make them in every /dev but one that is bound; what they make there beside them is hidden in both
  // sandboxes. In an image's own /dev nothing is made: they can be opened there, but are not listed.
  #addDevices(directory: GuestPath, field?: string): void {
    for (const path of deviceLinks) this.#hidden.add(inDirectory(directory, path));
    for (const host of harmlessDevices) {
      const guest = inDirectory(directory, host);
      if (this.#hidden.covers(guest) || this.#input.probe.source(host) !== "special") continue;
      if (field !== undefined) this.#stand(guest, "file", field);
      this.#grant({ kind: "file", host, guest, access: "read-write" }, field ?? "default devices");
    }
  }

  #addMissingDevices(): void {
    const directory = this.#input.probe.resolve("/dev");
    const isMounted = this.#granted.some(({ preopen }) => preopen.guest === directory);
    if (!isMounted && !this.#hidden.covers(directory)) this.#addDevices(directory);
  }

  #addBind(
    mount: Mount,
    { field, guest, source }: { field: string; guest: GuestPath; source: HostPath },
  ): void {
    const host = passable(source, `${field}.source`);
    const kind = this.#input.probe.source(host);
    if (kind === undefined)
      throw new WrunError("not-found", `${field}.source: ${quote(host)} does not exist`);
    if (kind === "special")
      return this.#hide(guest, { field, because: "its source is a device or a socket" });
    checkMountOptions(mount, this.#input, field);
    this.#stand(guest, kind, field);
    this.#grant({ kind, host, guest, access: accessOf(isReadonly(mount)) }, field);
    if (kind === "directory" && !isRecursive(mount)) this.#coverMountsIn(host, guest, field);
  }

  // A bind mount that is not recursive shows what lies beneath the source's own mounts, mostly empty directories. What
  // is mounted there was not asked for; what config.json mounts there later is.
  #coverMountsIn(source: HostPath, guest: GuestPath, field: string): void {
    for (const path of outermost(this.#input.probe.mountsIn(source))) {
      const at = `${guest}/${path}`;
      const isDirectory = this.#input.probe.source(`${source}/${path}`) === "directory";
      this.#input.remarks.drop(
        field,
        `${show(at)} is ${isDirectory ? "empty" : "hidden"}: it is a mount of its own`,
      );
      if (!isDirectory) this.#covered.add(at);
      else
        this.#grant(
          { kind: "directory", host: this.#points.temporary(), guest: at, access: "read-only" },
          field,
        );
    }
  }

  #hideCovered(): void {
    for (const { preopen } of this.#granted) this.#covered.delete(preopen.guest);
    for (const path of this.#covered) this.#hidden.add(path);
  }

  #stand(guest: GuestPath, kind: MountPoint["kind"], field: string): void {
    const wanted = { guest, kind, field: `${field}.destination` };
    const preopen = this.#points.mount(this.#around(guest), wanted);
    if (preopen !== undefined) this.#grant(preopen, field);
  }

  // crun and runc make it when everything is mounted.
  #addWorkingDirectory(): void {
    const { cwd = "" } = this.#input.spec.process ?? {};
    if (!cwd.startsWith("/") || cwd === "/") return;
    const guest = this.#input.probe.resolve(normalized(sound(cwd, "process.cwd")));
    if (this.#hidden.covers(guest)) return;
    this.#points.workingDirectory(this.#around(guest), { guest, kind: "directory", field: "process.cwd" });
  }

  /** The innermost mount that `guest` lies in, or that it is. */
  #around(guest: GuestPath): Preopen {
    let innermost = this.#root;
    for (const { preopen } of this.#granted)
      if (isWithin(guest, preopen.guest) && preopen.guest.length >= innermost.guest.length)
        innermost = preopen;
    return innermost;
  }

  // As with the kernel's mounts, a later one covers what it lies over.
  #grant(preopen: Preopen, field: string): void {
    const uncovered = this.#granted.filter((other) => !isWithin(other.preopen.guest, preopen.guest));
    this.#granted = [...uncovered, { preopen, field }];
  }

  #hide(guest: GuestPath, { field, because }: { field: string; because: string }): void {
    this.#hidden.add(guest);
    this.#input.remarks.drop(field, `${show(guest)} is hidden: ${because}`);
  }
}

function outermost(paths: readonly string[]): string[] {
  return paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)));
}

// A path of /dev in the directory that is the container's.
function inDirectory(directory: GuestPath, path: GuestPath): GuestPath {
  return `${directory}${path.slice("/dev".length)}`;
}

function accessOf(readonly: boolean): Access {
  return readonly ? "read-only" : "read-write";
}

function passable(path: string, field: string): string {
  sound(path, field);
  if (canBeGranted(path)) return path;
  throw new WrunError(
    "unsupported",
    `${field}: ${quote(path)}: a path with '::' in it, or ':' at its end, cannot be granted`,
  );
}

function unsupportedMount(mount: Mount, field: string): WrunError {
  const type = quote(mount.type ?? "");
  return new WrunError("unsupported", `${field}.type: only the kernel sandbox can mount ${type}`);
}
