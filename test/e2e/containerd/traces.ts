import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { until } from "../containers.ts";
import type { Containerd } from "./containerd.ts";
import { processesIn } from "./namespaces.ts";

/** What containers have on the machine: their processes and shims, mounts, cgroups, sockets and bundles. */
export interface Traces {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  readonly sockets: readonly string[];
  readonly bundles: readonly string[];
}

/** What is there now: nothing where no container is. */
export function tracesOf(containerd: Containerd): Traces {
  const { namespaces, places, namespace, cgroupParent } = containerd;
  const mounts = linesOf(`/proc/${namespaces.pid}/mountinfo`).map((line) => line.split(" ")[4] ?? "");
  return {
    processes: [...processesIn(namespaces).values()].filter((command) => !isOurs(command)),
    mounts: mounts.filter((path) => path.startsWith(`${places.folder}/state`)),
    cgroups: cgroupsOf(cgroupParent),
    sockets: entries(namespaces.path("/run/containerd/s")),
    bundles: entries(`${places.folder}/state/io.containerd.runtime.v2.task/${namespace}`),
  };
}

/** Waits until nothing is left of any container; fails with what is. */
export async function untilNoTraces(containerd: Containerd): Promise<void> {
  const isClean = () => Bun.deepEquals(tracesOf(containerd), noTraces);
  await until("nothing is left", isClean, () => tracesOf(containerd));
}

/** Nothing at all. */
export const noTraces: Traces = { processes: [], mounts: [], cgroups: [], sockets: [], bundles: [] };

// What the test itself runs inside: the init with its clock, containerd, and a dead process without a command line.
function isOurs(command: string): boolean {
  return /^(sh -c \n|sleep 3600$|containerd --config|$)/.test(command);
}

/** The cgroups beneath a parent of that name, in every hierarchy. */
export function cgroupsOf(parent: string): string[] {
  return parents(parent).flatMap((path) => entries(path, "directory").map((name) => `${path}/${name}`));
}

/** Removes the cgroups of that name, once the last process in them has ended. */
export async function removeCgroups(parent: string): Promise<void> {
  for (const path of parents(parent)) {
    await until(`${path} is gone`, () => removeCgroup(path));
  }
}

function parents(name: string): string[] {
  const hierarchies = linesOf("/proc/self/mountinfo").filter((line) => / - cgroup2? /.test(line));
  return hierarchies.map((line) => `${line.split(" ")[4] ?? ""}/${name}`);
}

function removeCgroup(path: string): boolean {
  for (const name of entries(path, "directory")) removeCgroup(`${path}/${name}`);
  try {
    rmdirSync(path);
  } catch {
    return !existsSync(path);
  }
  return true;
}

function entries(path: string, kind: "any" | "directory" = "any"): string[] {
  try {
    const found = readdirSync(path, { withFileTypes: true });
    return found.filter((entry) => kind === "any" || entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function linesOf(path: string): string[] {
  return readFileSync(path, "utf8").split("\n");
}
