import { WrunError } from "../../oci/error.ts";
import { io } from "../../proto/gen/metrics.js";
import { blockDevices } from "./block-devices.ts";
import { CgroupFolder } from "./cgroup-folder.ts";
import type { Cgroup } from "./cgroup.ts";
import { hugePageSizes } from "./huge-pages.ts";
import { readV1Metrics } from "./v1-metrics.ts";
import { readV2Metrics } from "./v2-metrics.ts";

/** A message with its type, as google.protobuf.Any has it. */
export interface TypedMessage {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** What a container uses now, as containerd's own shims tell it. A controller that cannot be read is left out. */
export function metricsOf(cgroup: Cgroup): TypedMessage {
  return cgroup.version === 1 ? v1Metrics(cgroup.folders) : v2Metrics(cgroup.folder);
}

function v1Metrics(paths: ReadonlyMap<string, string>): TypedMessage {
  using stack = new DisposableStack();
  const folders = new Map<string, CgroupFolder>();
  for (const [name, path] of paths) {
    const folder = CgroupFolder.open(path);
    if (folder !== undefined) folders.set(name, stack.use(folder));
  }
  if (folders.size === 0) throw gone();
  const machine = { hugePageSizes: hugePageSizes(), device: blockDevices() };
  const metrics = readV1Metrics((name) => folders.get(name)?.read, machine);
  const value = io.containerd.cgroups.v1.Metrics.encode(metrics).finish();
  return { type_url: "io.containerd.cgroups.v1.Metrics", value };
}

function v2Metrics(path: string): TypedMessage {
  using folder = CgroupFolder.open(path);
  if (folder === undefined) throw gone();
  const metrics = readV2Metrics(folder.read, hugePageSizes());
  const value = io.containerd.cgroups.v2.Metrics.encode(metrics).finish();
  return { type_url: "io.containerd.cgroups.v2.Metrics", value };
}

function gone(): WrunError {
  return new WrunError("not-found", "the container's cgroup does not exist any more");
}
