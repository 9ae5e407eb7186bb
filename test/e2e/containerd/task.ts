import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { until } from "../containers.ts";
import type { Containerd } from "./containerd.ts";
import { processesIn } from "./namespaces.ts";

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
  const now = (): TaskRow | undefined => taskOf(containerd, id);
  await until(`${id} is ${status}`, () => now()?.status === status, now);
}

/** Makes a file in the root of a running container: what its `await` waits for. */
export function makeFileIn(containerd: Containerd, id: string, path: string): void {
  const pid = taskOf(containerd, id)?.pid ?? 0;
  writeFileSync(containerd.namespaces.path(`/proc/${pid}/root${path}`), "");
}

/** Waits until a `ctr task attach` that was started reads the output. */
export async function untilAttached(containerd: Containerd, id: string): Promise<void> {
  const { namespaces } = containerd;
  const reads = (pid: number): boolean =>
    descriptorsOf(namespaces.path(`/proc/${pid}/fd`)).some((target) => target.endsWith(`/${id}-stdout`));
  const isAttached = (): boolean =>
    [...processesIn(namespaces)].some(
      ([pid, command]) => command.endsWith(` task attach ${id}`) && reads(pid),
    );
  await until(`ctr is attached to ${id}`, isAttached, () => [...processesIn(namespaces)]);
}

function descriptorsOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => readlinkSync(`${folder}/${name}`));
  } catch {
    // It has ended, or has closed one meanwhile.
    return [];
  }
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
