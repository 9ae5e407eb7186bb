import type { HostPath } from "../../oci/grant.ts";
import type { SandboxKind } from "../../oci/grant-input.ts";
import type { Plan } from "../../oci/plan.ts";
import type { ContainerId } from "../container-id.ts";
import type { ContainerRecord } from "./container-record.ts";
import type { Lifecycle } from "./lifecycle.ts";

/**
 * What carries out the life of containers. Each verb returns when the move is done, and throws a WrunError,
 * with everything undone, where it cannot be.
 */
export interface Sandbox {
  /** Leaves a process that has loaded the guest and waits for `start`. */
  create(request: CreateRequest): void;
  /** Creates and starts; in the foreground waits for the end, removes the container and returns the exit code. */
  run(request: RunRequest): number;
  start(id: ContainerId): void;
  state(id: ContainerId): Container;
  kill(id: ContainerId, signal: number): void;
  /** `force` kills what still runs, and is content where there is no such container. */
  delete(id: ContainerId, force: boolean): void;
  list(): readonly Container[];
}

/** What `create` is told. */
export interface CreateRequest {
  readonly id: ContainerId;
  readonly bundle: HostPath;
  /** Plans the bundle; directories that stand in for tmpfs mounts will be made in `scratch`. */
  readonly plan: (sandbox: SandboxKind, scratch: HostPath) => Plan;
  /** Where to write the process's pid. */
  readonly pidFile?: HostPath;
  /** Descriptors from 3 on that the process inherits, beside those of LISTEN_FDS. */
  readonly preserveFds: number;
}

/** What `run` is told. */
export interface RunRequest extends CreateRequest {
  /** Return as soon as the guest runs. */
  readonly detach: boolean;
  /** Leave the container in place after its end. */
  readonly keep: boolean;
}

/** A container as it is known, and where in its life it is. */
export interface Container {
  readonly record: ContainerRecord;
  readonly life: Lifecycle;
}
