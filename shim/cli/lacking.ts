import { WrunError } from "../../oci/error.ts";
import { embeddedContainer } from "../kernel/choose.ts";
import type { KernelCall } from "../kernel/kernel-call.ts";

/** What to do in the embedded sandbox in a verb's place, where anything does. */
const instead: Readonly<Record<string, string>> = {
  exec: "run another container for the command",
  ps: "wrun state shows its one process",
  pause: "wrun kill ID STOP stops its process",
  resume: "wrun kill ID CONT continues its process",
  update: "delete it and create it with other limits",
  events: "wrun monitor reports its life",
  mounts: "delete it and create it with other mounts",
  features: "wrun --version shows what there is",
};

/** The error for a verb that the embedded sandbox lacks. */
export function lacking(call: KernelCall): WrunError {
  const { verb } = call;
  const id = embeddedContainer(call);
  const sandbox =
    id === undefined ? "the embedded sandbox" : `container "${id}" is in the embedded sandbox, which`;
  const hint = instead[verb] === undefined ? "" : `${instead[verb]}, or `;
  return new WrunError(
    "unsupported",
    `${verb}: ${sandbox} has no ${verb}: ${hint}use the kernel sandbox (--sandbox kernel: crun or runc)`,
  );
}
