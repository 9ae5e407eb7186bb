import type { GuestPath } from "./grant.ts";
import { isWithin, normalized } from "./guest-path.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";

/** The places where it may be mounted. */
export const engineMounts: readonly GuestPath[] = ["/dev/.wrun", "/.wrun"];

/**
 * Where the engine is mounted: in `/dev`, where that is a file system made for this container, so that no mount
 * point is left behind in the image (or, were it the host's own /dev, on the host).
 */
export function engineMountIn(spec: RuntimeSpec): GuestPath {
  const dev = (spec.mounts ?? []).findLast((mount) => isWithin("/dev", normalized(mount.destination)));
  return dev?.type === "tmpfs" && normalized(dev.destination) === "/dev" ? "/dev/.wrun" : "/.wrun";
}

/** The program that the low-level runtime starts: it keeps signals from being lost, and becomes the loader. */
export function launcherIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/launch`;
}

/** The engine's own dynamic loader. */
export function loaderIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/ld.so`;
}

/** Where the engine finds the module of an image that is a wasm artifact: among its own files, hidden from the guest. */
export function artifactIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/module.wasm`;
}
