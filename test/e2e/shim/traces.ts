import { until } from "../containers.ts";
import { readdirSync } from "node:fs";
import { processesIn } from "../containerd/namespaces.ts";
import { cgroupsOf } from "../containerd/traces.ts";
import type { MockContainerd } from "./mock-containerd.ts";

/** What shims and their containers have on the machine. */
export interface TracesInside {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  /** Of shims, and of terminals. */
  readonly sockets: readonly string[];
  /** The low-level runtime's. */
  readonly states: readonly string[];
}

/** What is there now. */
export function tracesInside(containerd: MockContainerd): TracesInside {
  const { namespaces, folder, namespace } = containerd;
  const mounts = containerd
    .proc(1, "mountinfo")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "");
  return {
    processes: [...processesIn(namespaces).values()].filter(
      (command) => !/^(sh -c \n|sleep 3600$)/.test(command),
    ),
    mounts: mounts.filter((point) => point.startsWith(folder)),
    cgroups: cgroupsOf(namespace),
    sockets: ["/run/containerd/s", "/run/wrun/shim"].flatMap((path) => entries(namespaces.path(path))),
    states: entries(namespaces.path(`/run/wrun/containerd/${namespace}`)),
  };
}

/** Waits until nothing is left of any container; fails with what is. */
export async function untilNoTracesInside(containerd: MockContainerd): Promise<void> {
  const isClean = () => Bun.deepEquals(tracesInside(containerd), noTracesInside);
  await until("nothing is left", isClean, () => tracesInside(containerd));
}

/** Nothing at all. */
export const noTracesInside: TracesInside = {
  processes: [],
  mounts: [],
  cgroups: [],
  sockets: [],
  states: [],
};

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
