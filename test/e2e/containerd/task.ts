import { until } from "../containers.ts";
import type { Containerd } from "./containerd.ts";

/** What `ctr task ls` says of one task. */
export interface TaskRow {
  readonly pid: number;
  readonly status: string;
}

/** A task as containerd knows it; undefined where it knows none. */
export function taskOf(containerd: Containerd, id: string): TaskRow | undefined {
  const rows = containerd
    .ok("task", "ls")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const row = rows.find(([name]) => name === id);
  return row === undefined ? undefined : { pid: Number(row[1]), status: row[2] ?? "" };
}

/** Waits until a task has a status. */
export async function untilTask(containerd: Containerd, id: string, status: string): Promise<void> {
  await until(`${id} is ${status}`, () => taskOf(containerd, id)?.status === status);
}

/** The pids of `ctr task ps`, with what the shim says about each. */
export function pidsOf(containerd: Containerd, id: string): Map<number, string> {
  const [, ...rows] = containerd.ok("task", "ps", id).trimEnd().split("\n");
  return new Map(rows.map((row) => [Number.parseInt(row, 10), row.replace(/^\d+\s+/, "")] as const));
}

/** Deletes a stopped task and its container; the exit code that it had. */
export function deleteTask(containerd: Containerd, id: string): number {
  const { stderr } = containerd.ctr("task", "delete", id);
  containerd.ok("container", "delete", id);
  return Number(/exit code (\d+)/.exec(stderr)?.[1] ?? 0);
}
