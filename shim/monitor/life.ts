import type { ContainerDetails } from "../events/record.ts";
import type { End } from "./end.ts";
import type { ModuleEvent } from "./told.ts";

/** What is known of a guest's module. */
export type ModuleFacts = Pick<ModuleEvent, "digest" | "size" | "dialect" | "compileNanos">;

/** A container that lives, as the monitor knows it. It is written down as JSON. Times are microseconds since 1970. */
export interface Life {
  readonly key: string;
  readonly details: ContainerDetails;
  readonly pid: number;
  /** In ticks after boot: it tells the process from a later one of the same pid. */
  readonly startTime: string;
  readonly status: "created" | "running" | "paused" | "stopped";
  readonly createdAt: number;
  /** How long create took: the first part of the start. */
  readonly createTook: number;
  readonly startedAt?: number;
  /** How long start took. */
  readonly startTook?: number;
  readonly end?: End;
  readonly oom?: boolean;
  /** What /wrun/module has told. */
  readonly module?: ModuleFacts;
  /** Processes that have been executed in it and go on: their pids by their ids. */
  readonly execs?: Readonly<Record<string, ExecLife>>;
  /** containerd's shim tells everything of it: nothing is to be found out. */
  readonly told?: boolean;
}

/** A process that was executed in a container. */
export interface ExecLife {
  readonly pid: number;
  readonly startTime: string;
  readonly startedAt: number;
}
