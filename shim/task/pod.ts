import type { HostPath } from "../../oci/grant.ts";
import type { TaskEvent } from "./task-events.ts";
import type { ShimLog } from "./shim-log.ts";

/** What the containers of one shim share. */
export interface Pod {
  /** containerd's namespace. */
  readonly namespace: string;
  /** containerd's own gRPC socket. */
  readonly address: string;
  readonly log: ShimLog;
  /** A folder of ours with a short name, for sockets. */
  readonly sockets: HostPath;
  /** The soft limit of open files that containers inherit. */
  readonly openFiles: number | undefined;
  /** Tells containerd, in order. */
  publish(event: TaskEvent): void;
}
