import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { absoluteFrom, normalized } from "../../oci/guest-path.ts";
import type { Mount, RuntimeSpec } from "../../oci/runtime-spec.ts";
import { descriptorPath } from "../host/descriptor-path.ts";
import { entriesOf } from "../host/directory-entries.ts";
import { checked, systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";
import { parseContainerId } from "../container-id.ts";
import { oneLine } from "../one-line.ts";

/** The directory in a bundle that holds one shadow bundle for each container: `.wrun/ID/config.json`. */
const folder = ".wrun";
const configName = "config.json";
/** A link beside it to where the low-level runtime keeps the container. */
const stateName = "state";
/** As many others are looked at. */
const maxOthers = 256;
const [enoent, eexist, atRemovedir, symlinkNoFollow] = [-2, -17, 0x200, 0x100];
const othersWrite = 0o022;
const [lockShared, lockExclusive, lockNoWait] = [1, 2, 4];

/** A shadow bundle: its path, and its directory, locked as long as the descriptor is open somewhere. */
export interface ShadowBundle {
  readonly path: HostPath;
  readonly fd: number;
}

/** Which bundle, and which container of it. */
export interface ShadowOf {
  readonly id: string;
  readonly bundle: HostPath;
  /** The directory that exists as long as the low-level runtime knows the container. */
  readonly state: HostPath;
}

/**
 * Writes `spec` as the config.json of a bundle of its own within `bundle`. runc reads no other name than config.json, and
 * only this directory differs: root and bind mounts are named by absolute paths. It is removed with the bundle, or by the
 * next container of the bundle, once it is neither locked nor the low-level runtime knows its container. Throws where the
 * directory is a link, or others could write in it.
 */
export function writeShadowBundle(spec: RuntimeSpec, { id: name, bundle, state }: ShadowOf): ShadowBundle {
  const id = parseContainerId(name);
  const bundleFd = checked(native.openat(atFdcwd, bundle, open.directory, 0), "open", bundle);
  const shadows = `${bundle}/${folder}`;
  let [all, own] = [-1, -1];
  try {
    const base = pathOf(bundleFd, bundle);
    all = openOwn(bundleFd, folder, shadows);
    removeStale(all, id);
    own = openOwn(all, id, `${shadows}/${id}`);
    native.flock(own, lockShared);
    writeConfig(own, JSON.stringify(withAbsolutePaths(spec, base)), `${shadows}/${id}/${configName}`);
    native.unlinkat(own, stateName, 0);
    checked(native.symlinkat(state, own, stateName), "create", `${shadows}/${id}/${stateName}`);
    return { path: `${base}/${folder}/${id}`, fd: own };
  } catch (error) {
    if (own >= 0) native.close(own);
    throw error;
  } finally {
    for (const fd of [bundleFd, all]) if (fd >= 0) native.close(fd);
  }
}

/** The bundle that a shadow bundle belongs to; any other path unchanged. */
export function bundleOfShadow(path: HostPath): HostPath {
  const at = path.lastIndexOf(`/${folder}/`);
  return at > 0 && !path.slice(at + folder.length + 2).includes("/") ? path.slice(0, at) : path;
}

// As runc itself resolves them, from the bundle: it cleans root.path, and takes other sources than those of binds as words.
function withAbsolutePaths(spec: RuntimeSpec, base: HostPath): RuntimeSpec {
  const { root, mounts } = spec;
  return {
    ...spec,
    ...(root === undefined ? {} : { root: { ...root, path: inBundle(base, root.path) } }),
    ...(mounts === undefined
      ? {}
      : {
          mounts: mounts.map((mount) =>
            isRelativeBind(mount) ? { ...mount, source: inBundle(base, mount.source ?? "") } : mount,
          ),
        }),
  };
}

function isRelativeBind({ type, source, options = [] }: Mount): boolean {
  const isBind = type === "bind" || options.some((option) => option === "bind" || option === "rbind");
  return isBind && source !== undefined && source !== "" && !source.startsWith("/");
}

function inBundle(base: HostPath, path: string): HostPath {
  const whole: string = path.startsWith("/") ? path : normalized(absoluteFrom(base, path));
  return whole;
}

// runc compares root.path with its resolved form, and refuses one that leads through a link.
function pathOf(fd: number, bundle: HostPath): HostPath {
  const real = descriptorPath(fd);
  if (typeof real === "number") throw systemError(real, "resolve", bundle);
  return real;
}

// Makes a directory, and opens what is there: a link is not followed, and others must not be able to write in it.
function openOwn(parent: number, name: string, path: HostPath): number {
  const made = native.mkdirat(parent, name, 0o700);
  if (made !== eexist) checked(made, "create", path);
  const fd = native.openat(parent, name, open.directory | open.noFollow, 0);
  if (fd >= 0 && isOwn(fd)) return fd;
  if (fd >= 0) native.close(fd);
  throw new WrunError(
    "permission",
    `${oneLine(path, 300)} is not a directory that this user alone can write to: remove it`,
  );
}

function isOwn(fd: number): boolean {
  const stat = new BigInt64Array(statFields.count);
  if (native.fstat(fd, stat) < 0) return false;
  const mode = Number(stat[statFields.mode]);
  return (mode & othersWrite) === 0 && Number(stat[statFields.uid]) === native.geteuid();
}

function writeConfig(fd: number, text: string, path: HostPath): void {
  native.unlinkat(fd, configName, 0);
  const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
  const file = checked(native.openat(fd, configName, flags, 0o600), "write", path);
  const written = writeAll(file, text);
  // A file system over the network reports a full disk only now.
  const closed = native.close(file);
  if (written >= 0 && closed >= 0) return;
  native.unlinkat(fd, configName, 0);
  throw systemError(Math.min(written, closed), "write", path);
}

// A bundle of a person's may have been used for many containers: those that are no more have left theirs.
function removeStale(all: number, id: string): void {
  const others = entriesOf(all, folder).filter((name) => name !== id);
  for (const name of others.slice(0, maxOthers)) {
    const fd = native.openat(all, name, open.directory | open.noFollow, 0);
    if (fd < 0) continue;
    const isStale = isOwn(fd) && !hasState(fd) && native.flock(fd, lockExclusive | lockNoWait) >= 0;
    if (isStale) for (const file of [configName, stateName]) native.unlinkat(fd, file, 0);
    native.close(fd);
    if (isStale) native.unlinkat(all, name, atRemovedir);
  }
}

function hasState(fd: number): boolean {
  const stat = new BigInt64Array(statFields.count);
  if (native.fstatat(fd, stateName, symlinkNoFollow, stat) < 0) return false;
  return native.fstatat(fd, stateName, 0, stat) !== enoent;
}
