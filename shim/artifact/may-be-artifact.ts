import type { Plan } from "../../oci/plan.ts";

/**
 * Whether the image may be a wasm artifact: its files have no entrypoint that could run. An image's record is only
 * looked up then, as asking containerd costs more than all else that a container's start needs.
 */
export function mayBeArtifact({ workload }: Plan): boolean {
  if (workload.kind === "native") return workload.rule === "not-found" || workload.rule === "not-wasm";
  return workload.kind === "unknown";
}
