import type { HostPath } from "../../oci/grant.ts";
import type { WasmPlan } from "../../oci/plan.ts";
import type { ContainerId } from "../container-id.ts";
import type { ProcessIdentity } from "../host/host.ts";

/** Who is told what has become of containers of the embedded sandbox. It never throws. */
export interface EmbeddedTeller {
  made(container: MadeContainer): void;
  started(root: HostPath, id: ContainerId): void;
  deleted(root: HostPath, id: ContainerId, traces: EndTraces): void;
}

/** A container that has been made. */
export interface MadeContainer {
  readonly root: HostPath;
  readonly id: ContainerId;
  readonly bundle: HostPath;
  readonly plan: WasmPlan;
  readonly engine: ProcessIdentity;
  /** The file of the engine's reports. */
  readonly status: HostPath;
}

/** What tells how a container that is no more has ended. */
export interface EndTraces {
  /** The text of the engine's reports. */
  readonly report: string | undefined;
  /** The exit code that its creator saw. */
  readonly code?: number;
}
