import { containerd, type google } from "../../proto/gen/task.js";
import { encodeProcessDetails } from "../transport/options.ts";
import { timestamp } from "../transport/task-events.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { RootfsMount } from "./rootfs.ts";
import type { StdioNames } from "./stdio/process-io.ts";
import type { TaskProcess } from "./task-process.ts";

const { Status } = containerd.v1.types;

/** A status as containerd counts them. */
export const statusNumber = {
  created: Status.CREATED,
  running: Status.RUNNING,
  paused: Status.PAUSED,
  stopped: Status.STOPPED,
} as const satisfies Record<Lifecycle["status"], number>;

/** What is told of a process's end, where it has ended. */
export function answer({ lifecycle }: TaskProcess): {
  exitStatus?: number;
  exitedAt?: google.protobuf.Timestamp.$Properties;
} {
  if (lifecycle.status !== "stopped") return {};
  return { exitStatus: lifecycle.exitStatus, exitedAt: timestamp(lifecycle.exitedAt) };
}

/** The names of a process's streams in a request. */
export function namesOf({ stdin, stdout, stderr, terminal }: StdioNames): StdioNames {
  return { stdin, stdout, stderr, terminal };
}

/** The mounts of a request. */
export function rootfsOf(mounts: readonly containerd.types.Mount.$Properties[]): readonly RootfsMount[] {
  return mounts.map(({ type, source, target, options }) => ({
    type: type ?? "",
    source: source ?? "",
    target: target ?? "",
    options: options ?? [],
  }));
}

/** One process of a container: that of an exec is told by its id. */
export function processDetails(
  pid: number,
  processes: readonly TaskProcess[],
): containerd.v1.types.ProcessInfo.$Properties {
  const exec = processes.find((process) => process.pid === pid && process.execId !== "");
  if (exec === undefined) return { pid };
  return {
    pid,
    info: { type_url: "containerd.runc.v1.ProcessDetails", value: encodeProcessDetails(exec.execId) },
  };
}
