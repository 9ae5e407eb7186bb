import type { Grant, HostPath } from "./grant.ts";
import type { Note } from "./note.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";
import type { NativeWorkload, WasmWorkload } from "./workload.ts";

/** What runs the engine: crun or runc, or a plain process of ours whose whole sandbox is the grant. */
export type SandboxKind = "kernel" | "embedded";

/** What will be done with a container, complete before the first effect. */
export type Plan = ForwardPlan | WasmPlan;

/** Not ours to touch: the low-level runtime gets the bundle as it came. */
export interface ForwardPlan {
  readonly kind: "forward";
  readonly workload: NativeWorkload;
  /** One line that says why: `/bin/sh is an ELF executable`. */
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
  /** The process wants a terminal. */
  readonly terminal: boolean;
  /** What the user should know before the container runs. */
  readonly warnings: readonly Note[];
  /** What config.json has and the guest does not get, and why. */
  readonly dropped: readonly Note[];
  /** Which field each part of the grant came from. */
  readonly origins: readonly Note[];
}
