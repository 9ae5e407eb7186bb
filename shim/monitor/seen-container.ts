/** A container as the monitor's list has it. Moments are nanoseconds since 1970. */
export interface SeenContainer {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly pod: string;
  readonly status: "created" | "running" | "paused" | "stopped";
  readonly pid: number;
  readonly wasm: boolean;
  /** A shim of containerd's looks after it. */
  readonly ofShim: boolean;
  readonly createdAt: bigint;
  readonly startedAt?: bigint;
  readonly exitedAt?: bigint;
  readonly exitStatus?: number;
  readonly reason?: string;
  readonly detail?: string;
  /** In bytes; 0 where it is not known. */
  readonly memory: number;
}
