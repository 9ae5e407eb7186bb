import { WrunError } from "../../oci/error.ts";
import { embeddedContainer } from "../kernel/choose.ts";
import type { KernelCall } from "../kernel/kernel-call.ts";

/** What does some of it in the embedded sandbox, where anything does. */
const instead: Readonly<Record<string, string>> = {
  exec: "its engine runs one guest: run another container for another command",
  ps: "its engine is one process: wrun state shows its pid",
  pause: "wrun kill ID STOP stops its process",
  resume: "wrun kill ID CONT continues its process",
  update: "what a guest may use is set when it is created",
  events: "wrun monitor reports what becomes of it",
  checkpoint: "its process cannot be saved",
  restore: "its process cannot be saved",
  mounts: "what a guest may reach is set when it is created",
};

/** The error for a verb that the embedded sandbox lacks. */
export function lacking(call: KernelCall): WrunError {
  const { verb } = call;
  const id = embeddedContainer(call);
  const sandbox =
    id === undefined ? "the embedded sandbox" : `container "${id}" is in the embedded sandbox, which`;
  return new WrunError(
    "unsupported",
    `${verb}: ${sandbox} has no ${verb}: ${instead[verb]}; containers that root or --sandbox kernel makes have it`,
  );
}
