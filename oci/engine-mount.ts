import type { GuestPath, HostPath } from "./grant.ts";
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

/** The program that the low-level runtime starts: it keeps signals from being lost, and becomes the loader. */
export function launcherIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/launch`;
}

/** The engine's own dynamic loader. */
export function loaderIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/ld.so`;
}

/** The engine's end of the file for its reports. */
export function statusIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/status`;
}

/** The host's end of it: in the bundle, whose life is the container's. */
export function reportIn(bundle: HostPath): HostPath {
  return `${bundle}/wrun.report`;
}

/** Where the engine finds the module of an image that is a wasm artifact: among its own files, hidden from the guest. */
export function artifactIn(engineMount: GuestPath): GuestPath {
  return `${engineMount}/module.wasm`;
}

/** The file for the engine's reports that an edited config.json names; undefined where it is no edited one. */
export function reportOf(spec: RuntimeSpec): HostPath | undefined {
  const engineMount = engineMountIn(spec);
  const status = spec.mounts?.at(-1);
  if (status?.destination !== statusIn(engineMount)) return undefined;
  if (spec.mounts?.some(({ destination }) => destination === engineMount) !== true) return undefined;
  const [launcher, loader] = spec.process?.args ?? [];
  const isOurs = launcher === launcherIn(engineMount) && loader === loaderIn(engineMount);
  return isOurs ? status.source : undefined;
}

/** Whether this is a config.json that has been edited for the kernel sandbox before. */
export function isEdited(spec: RuntimeSpec): boolean {
  return reportOf(spec) !== undefined;
}
