import { WrunError } from "../../oci/error.ts";
import { type ContainerId, parseContainerId } from "../container-id.ts";
import { isInKernel } from "../kernel/kernel-state.ts";
import { planBundle } from "../plan-bundle.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import type { CreateRequest } from "../sandbox/sandbox.ts";
import type { Call } from "./call.ts";

/** What `create` and `run` are told on the command line. */
export function createRequest({ flags, operands, workingDirectory }: Call): CreateRequest {
  if (flags.value("--console-socket") !== undefined) {
    throw new WrunError("unsupported", "--console-socket: the embedded sandbox has no terminals of its own");
  }
  const pidFile = flags.value("--pid-file");
  const config = flags.value("--config");
  const bundle = absolutePath(flags.value("--bundle") ?? ".", workingDirectory());
  const named = { bundle, ...(config === undefined ? {} : { config }) };
  return {
    id: freeId(operands[0] ?? "", flags.value("--root")),
    bundle,
    plan: (sandbox, scratch) => planBundle({ ...named, sandbox, scratch }),
    preserveFds: parseCount(flags.value("--preserve-fds") ?? "0"),
    ...(pidFile === undefined ? {} : { pidFile: absolutePath(pidFile, workingDirectory()) }),
  };
}

// One name, one container: its other verbs look in both sandboxes.
function freeId(text: string, root: string | undefined): ContainerId {
  const id = parseContainerId(text);
  if (!isInKernel(root, id)) return id;
  throw new WrunError("exists", `container "${id}" already exists: it is in the kernel sandbox`);
}

function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new WrunError("invalid", `--preserve-fds: ${JSON.stringify(text.slice(0, 40))} is not a count`);
}
