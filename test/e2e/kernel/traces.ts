import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Where containers of one test can be found again: `mark` is in their ids, `state` is their --root. */
export interface Marked {
  readonly mark: string;
  readonly state: string;
  /** A process in the mount namespace that they are started from. */
  readonly namespace: number | "self";
}

/** What is left of containers on the machine: processes, cgroups, mounts, sockets, state. None where all is clean. */
export function tracesOf({ mark, state, namespace }: Marked): string[] {
  const marked = (path: string): string[] => linesOf(path).filter((line) => line.includes(mark));
  return [
    ...processesOf(mark).map((pid) => `process ${pid}: ${commandOf(pid)}`),
    ...cgroupsOf(mark, namespace).map((path) => `cgroup ${path}`),
    ...marked(`/proc/${namespace}/mountinfo`).map((line) => `mount ${line}`),
    ...marked("/proc/net/unix").map((line) => `socket ${line}`),
    ...entries(state).map((name) => `state ${name}`),
  ];
}

/** The processes in the cgroups of marked containers, or with the mark in their command line. */
export function processesOf(mark: string): number[] {
  const pids = entries("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .filter((pid) => [`/proc/${pid}/cgroup`, `/proc/${pid}/cmdline`].some((path) => holds(path, mark)))
    .filter((pid) => linkOf(`/proc/${pid}/exe`) !== undefined)
    .map(Number);
}

/** All files of a directory, by their path in it, sorted. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String).sort();
}

// Only where a hierarchy is mounted: crun also makes directories where it takes one to be.
function cgroupsOf(mark: string, namespace: number | "self"): string[] {
  const hierarchies = linesOf(`/proc/${namespace}/mountinfo`).filter((line) => / - cgroup2? /.test(line));
  return hierarchies.flatMap((line) => {
    const path = line.split(" ")[4] ?? "";
    const folders = entries(path).flatMap((name) => [
      name,
      ...entries(`${path}/${name}`).map((inner) => `${name}/${inner}`),
    ]);
    return folders.filter((name) => name.includes(mark)).map((name) => `${path}/${name}`);
  });
}

function commandOf(pid: number): string {
  return linesOf(`/proc/${pid}/cmdline`).join(" ").replaceAll("\0", " ");
}

function holds(path: string, mark: string): boolean {
  return linesOf(path).some((line) => line.includes(mark));
}

// A process may end, and a cgroup vanish, while they are looked at.
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
