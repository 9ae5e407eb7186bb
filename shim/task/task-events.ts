import type { RootfsMount } from "./rootfs.ts";
import type { StdioNames } from "./stdio/process-io.ts";

/** What containerd is told of a container (containerd: api/events/task.proto). */
export type TaskEvent =
  | {
      readonly topic: "/tasks/create";
      readonly containerId: string;
      readonly bundle: string;
      readonly rootfs: readonly RootfsMount[];
      readonly io: StdioNames;
      readonly checkpoint: string;
      readonly pid: number;
    }
  | { readonly topic: "/tasks/start"; readonly containerId: string; readonly pid: number }
  | ({ readonly topic: "/tasks/exit"; readonly id: string } & EndOfTask)
  | ({ readonly topic: "/tasks/delete"; readonly id: string } & EndOfTask)
  | { readonly topic: "/tasks/oom"; readonly containerId: string }
  | { readonly topic: "/tasks/exec-added"; readonly containerId: string; readonly execId: string }
  | {
      readonly topic: "/tasks/exec-started";
      readonly containerId: string;
      readonly execId: string;
      readonly pid: number;
    }
  | { readonly topic: "/tasks/paused"; readonly containerId: string }
  | { readonly topic: "/tasks/resumed"; readonly containerId: string };

/** How a process ended. Its id is the container's, or that of the exec. */
export interface EndOfTask {
  readonly containerId: string;
  readonly pid: number;
  readonly exitStatus: number;
  readonly exitedAt: Date;
}
