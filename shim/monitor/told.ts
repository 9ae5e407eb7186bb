import type { TaskEvent } from "../task/task-events.ts";

/** An event before it is put into bytes. */
export interface Told {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly namespace: string;
  readonly event: TaskEvent | ModuleEvent | ExitEvent;
}

/** What runs in a container (proto/wrun/events/v1/events.proto). */
export interface ModuleEvent {
  readonly topic: "/wrun/module";
  readonly containerId: string;
  readonly path: string;
  readonly digest: string;
  readonly size: number;
  readonly dialect: string;
  readonly compileNanos: number;
  readonly grant: readonly string[];
  readonly trapReason: string;
  readonly trapStack: readonly string[];
}

/** Why a process has ended. */
export interface ExitEvent {
  readonly topic: "/wrun/exit";
  readonly containerId: string;
  readonly id: string;
  readonly pid: number;
  readonly exitStatus: number;
  readonly exitedAt: Date;
  readonly reason: EndReason;
  readonly detail: string;
  readonly stack: readonly string[];
}

/** Why, in one word. `unknown`: nobody could see it; the exit status is 255 then, as containerd has it. */
export type EndReason = "exited" | "trapped" | "signalled" | "failed" | "killed" | "oom" | "unknown";
