import type { GuestPath, HostPath } from "./grant.ts";
import type { Probe } from "./probe.ts";
import type { Remarks } from "./remarks.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";
import type { WasmWorkload } from "./workload.ts";

/** What runs the engine: crun or runc, or a plain process of ours whose whole sandbox is the grant. */
export type SandboxKind = "kernel" | "embedded";

/** What the host is to a plan. */
export interface Surroundings {
  readonly sandbox: SandboxKind;
  /** The bundle's directory, absolute. */
  readonly bundle: HostPath;
  readonly probe: Probe;
  /** The caller's own ids. */
  readonly uid: number;
  readonly gid: number;
  /** How many listening sockets the caller passes from descriptor 3 on (systemd's LISTEN_FDS). */
  readonly listenFds: number;
  /** Where directories that stand in for tmpfs mounts may be made. */
  readonly scratch: HostPath;
}

/** What a grant is made of. */
export interface GrantInput extends Surroundings {
  readonly spec: RuntimeSpec;
  readonly workload: WasmWorkload;
  /** Where the engine is mounted in the container. */
  readonly engineMount: GuestPath;
  readonly remarks: Remarks;
}
