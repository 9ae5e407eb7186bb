import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { planBundle } from "../plan-bundle.ts";
import { oneLine } from "../one-line.ts";
import { findContainer } from "./exec.ts";
import type { KernelCall } from "./kernel-call.ts";
import { bundleOf } from "./plan-call.ts";

/**
 * Throws for a `checkpoint` or `restore` of a wasm container. CRIU cannot dump an engine: its files are mounts of the host's
 * installation, and the socket for its reports ends outside of the container. A native container is the low-level runtime's.
 */
export function refuseGuest(call: KernelCall, runtime: HostPath): void {
  const isGuest =
    call.verb === "restore" ? restoresGuest(call) : findContainer(call, runtime)?.engine !== undefined;
  if (!isGuest) return;
  const [id = ""] = call.operands;
  throw new WrunError(
    "unsupported",
    `${oneLine(id, 100)}: a wasm container cannot be ${call.verb === "restore" ? "restored" : "checkpointed"}: stop it and start it anew`,
  );
}

// What is wrong with the bundle, the low-level runtime reports.
function restoresGuest(call: KernelCall): boolean {
  const bundle = bundleOf(call);
  try {
    return planBundle({ bundle, sandbox: "kernel", scratch: bundle }).kind === "wasm";
  } catch (error) {
    if (error instanceof WrunError) return false;
    throw error;
  }
}
