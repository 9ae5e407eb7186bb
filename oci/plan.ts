import { buildGrant } from "./build-grant.ts";
import { editSpec, usedCapabilities } from "./edits.ts";
import { artifactIn, engineMountIn } from "./engine-mount.ts";
import type { Grant, GuestPath, HostPath } from "./grant.ts";
import type { SandboxKind, Surroundings } from "./grant-input.ts";
import { isWithin, normalized } from "./guest-path.ts";
import type { MountPoint } from "./mount-point.ts";
import { list, quote } from "./note.ts";
import type { Note } from "./note.ts";
import { Remarks } from "./remarks.ts";
import { rootfsOf } from "./rootfs.ts";
import { capabilitySets } from "./runtime-spec.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";
import { detectWorkload, handlers } from "./workload.ts";
import type { DetectInput, NativeWorkload, WasmWorkload } from "./workload.ts";

/** What will be done with a container, complete before the first effect. */
export type Plan = ForwardPlan | WasmPlan;

/** Not ours to touch: the low-level runtime gets the bundle as it came. */
export interface ForwardPlan {
  readonly kind: "forward";
  readonly workload: NativeWorkload;
  /** One line that says why: `"/bin/sh" is an ELF executable`. */
  readonly because: string;
  readonly spec: RuntimeSpec;
  readonly warnings: readonly Note[];
}

/** Ours: the guest gets exactly `grant`. */
export interface WasmPlan {
  readonly kind: "wasm";
  readonly sandbox: SandboxKind;
  readonly workload: WasmWorkload;
  readonly grant: Grant;
  /** config.json for the low-level runtime, edited (kernel), or as it came (embedded). */
  readonly spec: RuntimeSpec;
  /** The root file system on the host, absolute. */
  readonly rootfs: HostPath;
  /** Directories that must exist, empty, before the engine starts, and are removed with the container. */
  readonly scratch: readonly HostPath[];
  /** What must exist after that, in this order, and stays. */
  readonly mountPoints: readonly MountPoint[];
  /** The process wants a terminal. */
  readonly terminal: boolean;
  /** What the user should know before the container runs. */
  readonly warnings: readonly Note[];
  /** What config.json has and the guest does not get, and why. */
  readonly dropped: readonly Note[];
  /** Which field each part of the grant came from. */
  readonly origins: readonly Note[];
}

/** All that a plan depends on. */
export interface PlanInput extends Surroundings {
  readonly spec: RuntimeSpec;
  /** Where wrun is installed: the kernel sandbox mounts it. */
  readonly installed: HostPath;
  /** The module of an image that is a wasm OCI artifact, where that is known. */
  readonly artifact?: Artifact;
  /** Somebody wants to be told what the module is. */
  readonly describe?: boolean;
  /** The descriptor on which the engine is to report; it inherits it from the low-level runtime. */
  readonly statusFd?: number;
}

/** A module that came as a layer of an image, and lies on the host. */
export interface Artifact {
  readonly file: HostPath;
  readonly kind: "module" | "component";
}

/** Decides what to do with a container. */
export function planContainer(input: PlanInput): Plan {
  const workload = detectWorkload({ spec: input.spec, probe: input.probe, ...artifactOf(input) });
  const remarks = new Remarks();
  noteAnnotations(input.spec, workload, remarks);
  if (workload.kind !== "native") return planWasm(input, workload, remarks);
  const { warnings } = remarks;
  return { kind: "forward", workload, because: workload.because, spec: input.spec, warnings };
}

function artifactOf({ artifact, sandbox, spec }: PlanInput): Pick<DetectInput, "artifact"> {
  if (artifact === undefined) return {};
  const module = sandbox === "kernel" ? artifactIn(engineMountIn(spec)) : artifact.file;
  return { artifact: { kind: artifact.kind, module } };
}

function planWasm(input: PlanInput, workload: WasmWorkload, remarks: Remarks): WasmPlan {
  const { spec, sandbox, installed, describe = false, statusFd } = input;
  const engineMount = engineMountIn(spec);
  const artifact = workload.rule === "artifact" && input.artifact ? { artifact: input.artifact.file } : {};
  const status = statusFd === undefined ? {} : { statusFd };
  const { grant, scratch, mountPoints } = buildGrant({ ...input, workload, engineMount, remarks });
  if (sandbox === "kernel") noteEdits(spec, engineMount, remarks);
  const { warnings, dropped, origins } = remarks;
  return {
    kind: "wasm",
    sandbox,
    workload,
    grant,
    spec:
      sandbox === "kernel"
        ? editSpec(spec, { grant, installed, engineMount, describe, ...status, ...artifact })
        : spec,
    rootfs: rootfsOf(input),
    scratch,
    mountPoints,
    terminal: spec.process?.terminal === true,
    warnings,
    dropped,
    origins,
  };
}

// crun falls through on a handler that it does not know, so it is no error; but it is probably a mistake.
function noteAnnotations(
  spec: RuntimeSpec,
  workload: { readonly rule: string; readonly because: string },
  remarks: Remarks,
): void {
  if (workload.rule === "annotation-but-native")
    remarks.warn("annotations", `run natively: ${workload.because}`);
  for (const [name, known] of knownValues) {
    const value = spec.annotations?.[name];
    if (value === undefined || known.includes(value)) continue;
    remarks.warn(
      `annotations.${name}`,
      `${quote(value)} means nothing to wrun: write ${known[0]}, or leave it to the file's content`,
    );
  }
}

const knownValues: readonly (readonly [string, readonly string[]])[] = [
  ["run.oci.handler", [...handlers, "wasm-smart"]],
  ["module.wasm.image/variant", ["compat", "compat-smart"]],
];

function noteEdits(spec: RuntimeSpec, engineMount: GuestPath, remarks: Remarks): void {
  const { capabilities = {} } = spec.process ?? {};
  const unused = new Set(
    capabilitySets.flatMap((set) => capabilities[set] ?? []).filter((name) => !usedCapabilities.has(name)),
  );
  if (unused.size > 0) remarks.drop("process.capabilities", `no use for a guest: ${list([...unused])}`);
  (spec.mounts ?? []).forEach((mount, index) => {
    if (isWithin(normalized(mount.destination), engineMount))
      remarks.warn(`mounts[${index}]`, `covered by the engine, which is mounted at ${engineMount}`);
  });
}
