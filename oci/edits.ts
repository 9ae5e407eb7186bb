import { artifactIn, launcherIn, loaderIn } from "./engine-mount.ts";
import { engineEnvironment } from "./engine-env.ts";
import { toFlags, wrapEnv } from "./grant-flags.ts";
import type { Grant, GuestPath, HostPath } from "./grant.ts";
import { capabilitySets } from "./runtime-spec.ts";
import type { Capabilities, Mount, RuntimeSpec } from "./runtime-spec.ts";

/** What an edit may use. */
export interface EditInput {
  readonly grant: Grant;
  /** Where wrun is installed on the host: executable, addon, loader, C library. */
  readonly installed: HostPath;
  readonly engineMount: GuestPath;
  /** The module of an image that is a wasm artifact. */
  readonly artifact?: HostPath;
  /** The descriptor that the container's process inherits for the engine's reports; without it the engine reports nothing. */
  readonly statusFd?: number;
  /** The engine describes the module in its reports. */
  readonly describe?: boolean;
}

/** One change to config.json. It leaves the original alone, and every field that it does not name. */
export type SpecEdit = (spec: RuntimeSpec, input: EditInput) => RuntimeSpec;

/** All that the kernel sandbox needs changed, in order. */
export const edits: readonly SpecEdit[] = [
  runEngineInstead,
  wrapEnvironment,
  mountEngineReadOnly,
  mountArtifact,
  dropUnusedCapabilities,
  setNoNewPrivileges,
  removeHandlerAnnotations,
];

/**
 * The engine as the container's process. It is started through its own copy of the dynamic loader, as the image
 * may have none, and with none of the image's loader cache; before that, by the launcher, which holds signals for it.
 */
export function runEngineInstead(
  spec: RuntimeSpec,
  { grant, engineMount, statusFd, describe }: EditInput,
): RuntimeSpec {
  const loader = [loaderIn(engineMount), "--inhibit-cache", "--library-path", engineMount];
  const status = statusFd === undefined ? [] : ["--status-fd", `${statusFd}`];
  if (describe === true) status.push("--describe");
  const args = [
    launcherIn(engineMount),
    ...loader,
    `${engineMount}/wrun`,
    "wasm",
    ...status,
    ...toFlags(grant),
  ];
  return { ...spec, process: { ...spec.process, args } };
}

/**
 * The guest's variables under a prefix that no runtime reads. HOME is the engine's own: where it is missing,
 * crun and runc take it from the image's /etc/passwd. So is TZ, by which glibc opens no file: without it, it would
 * open the image's /etc/localtime, and wait for ever where that is a FIFO.
 */
export function wrapEnvironment(spec: RuntimeSpec, { grant, engineMount }: EditInput): RuntimeSpec {
  const own = [`HOME=${engineMount}`, "TZ=:", ...engineEnvironment];
  return { ...spec, process: { ...spec.process, env: [...own, ...wrapEnv(grant.env)] } };
}

/**
 * The engine's files, after all mounts of the bundle: after `/dev`, and over anything that a bundle puts in its place. It
 * is recursive, as a user namespace may not bind a tree without the mounts that lie in it.
 */
export function mountEngineReadOnly(spec: RuntimeSpec, { installed, engineMount }: EditInput): RuntimeSpec {
  const options = ["rbind", "rprivate", "ro", "nosuid", "nodev"];
  const mount: Mount = { destination: engineMount, type: "bind", source: installed, options };
  return { ...spec, mounts: [...(spec.mounts ?? []), mount] };
}

/** The module of an artifact, which has no file system to find it in. */
export function mountArtifact(spec: RuntimeSpec, { artifact, engineMount }: EditInput): RuntimeSpec {
  if (artifact === undefined) return spec;
  const options = ["bind", "rprivate", "ro", "nosuid", "nodev", "noexec"];
  const mount: Mount = { destination: artifactIn(engineMount), type: "bind", source: artifact, options };
  return { ...spec, mounts: [...(spec.mounts ?? []), mount] };
}

/** Capabilities that mean something for a WASI guest: whose files it may open or change, and low ports. */
export const usedCapabilities: ReadonlySet<string> = new Set([
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_NET_BIND_SERVICE",
]);

/** All other capabilities are taken out of every set. */
export function dropUnusedCapabilities(spec: RuntimeSpec): RuntimeSpec {
  const { capabilities } = spec.process ?? {};
  if (capabilities === undefined) return spec;
  const kept: { -readonly [Set in keyof Capabilities]: Capabilities[Set] } = { ...capabilities };
  for (const set of capabilitySets) {
    const names = capabilities[set];
    if (names !== undefined) kept[set] = names.filter((name) => usedCapabilities.has(name));
  }
  return { ...spec, process: { ...spec.process, capabilities: kept } };
}

/** A guest executes nothing, so nothing is lost by it. */
export function setNoNewPrivileges(spec: RuntimeSpec): RuntimeSpec {
  return { ...spec, process: { ...spec.process, noNewPrivileges: true } };
}

/** The annotations that said wasm: a crun built with an engine of its own would obey them. */
export function removeHandlerAnnotations(spec: RuntimeSpec): RuntimeSpec {
  if (spec.annotations === undefined) return spec;
  const {
    "run.oci.handler": _handler,
    "module.wasm.image/variant": _variant,
    ...annotations
  } = spec.annotations;
  return { ...spec, annotations };
}

/** config.json as the low-level runtime shall see it. */
export function editSpec(spec: RuntimeSpec, input: EditInput): RuntimeSpec {
  return edits.reduce((edited, edit) => edit(edited, input), spec);
}
