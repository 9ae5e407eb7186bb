import type { HostPath } from "../../oci/grant.ts";
import type { GuestEnd } from "../../oci/report.ts";
import type { Named, Planned } from "../events/details.ts";
import type { TaskEvent } from "./task-events.ts";
import type { ShimLog } from "./shim-log.ts";

/** What the monitor is told beside an event. */
export interface EventExtras {
  /** At a creation. */
  readonly container?: Planned & Named;
  /** At the end of a guest: what its engine reported of it, if it did. */
  readonly end?: GuestEnd | undefined;
  /** At the end of a guest: all that its engine reported. */
  readonly report?: string;
}

/** What the containers of one shim share. */
export interface Pod {
  /** containerd's namespace. */
  readonly namespace: string;
  /** containerd's own gRPC socket. */
  readonly address: string;
  readonly log: ShimLog;
  /** A folder of ours with a short name, for sockets. */
  readonly sockets: HostPath;
  /** Where the reports of engines are copied for the monitor; undefined where events are off. */
  readonly reports?: HostPath;
  /** The soft limit of open files that containers inherit. */
  readonly openFiles: number | undefined;
  /** Tells containerd, in each container's order; and the monitor, with what containerd has no room for. */
  publish(event: TaskEvent, more?: EventExtras): void;
  /** Resolves once there is room for many more events. */
  room(): Promise<void>;
}
