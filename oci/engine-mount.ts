import type { GuestPath } from "./grant.ts";
import { isWithin, normalized } from "./guest-path.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";

/**
 * Where the engine is mounted: in `/dev`, where that is a file system made for this container, so that no mount
 * point is left behind in the image (or, were it the host's own /dev, on the host).
 */
export function engineMountIn(spec: RuntimeSpec): GuestPath {
  const dev = (spec.mounts ?? []).findLast((mount) => isWithin("/dev", normalized(mount.destination)));
  return dev?.type === "tmpfs" && normalized(dev.destination) === "/dev" ? "/dev/.wrun" : "/.wrun";
}

/** The engine's own dynamic loader, which is the program that the low-level runtime starts. */
export function loaderIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/ld.so`;
}

/** Whether this is a config.json that has been edited for the kernel sandbox before. */
export function isEdited(spec: RuntimeSpec): boolean {
  const last = spec.mounts?.at(-1)?.destination;
  return last === engineMountIn(spec) && spec.process?.args?.[0] === loaderIn(last);
}
