import { editSpec } from "./edits.ts";
import { engineMountIn, isEdited } from "./engine-mount.ts";
import { WrunError } from "./error.ts";
import { parseFlags } from "./grant-flags.ts";
import type { Grant } from "./grant.ts";
import type { Surroundings } from "./grant-input.ts";
import { grantProcess } from "./grant-process.ts";
import { quote } from "./note.ts";
import { Remarks } from "./remarks.ts";
import type { Process, RuntimeSpec } from "./runtime-spec.ts";
import type { Workload } from "./workload.ts";
import { detectWorkload } from "./workload.ts";

/** What is to be executed in a container that runs. */
export interface ExecInput extends Surroundings {
  /** The container's config.json, as the low-level runtime has it. */
  readonly spec: RuntimeSpec;
  readonly process: Process;
}

/** What will be done with an exec. */
export type ExecPlan =
  | { readonly kind: "forward"; readonly because: string }
  | { readonly kind: "wasm"; readonly because: string; readonly process: Process };

/** Decides about an exec: a wasm file runs in an engine of its own, with what the container's guest may touch. */
export function planExec(input: ExecInput): ExecPlan {
  const container = grantOf(input.spec);
  const spec = { ...input.spec, process: input.process };
  const workload = detectWorkload({ spec, probe: input.probe });
  if (container === undefined) return forwardNative(workload);
  if (workload.kind === "native") return { kind: "forward", because: workload.because };
  const engineMount = engineMountIn(spec);
  const own = grantProcess({ ...input, spec, workload, engineMount, remarks: new Remarks() });
  const { invoke: _invoke, listen: _listen, hostModule: _hostModule, ...shared } = container;
  const grant: Grant = { ...shared, listen: [], ...own };
  const { process = {} } = editSpec(spec, { grant, engineMount, installed: "" });
  return { kind: "wasm", because: workload.because, process };
}

// Nothing can be mounted into a container that runs, and the kernel would say "exec format error".
function forwardNative(workload: Workload): ExecPlan {
  if (workload.kind === "native" || workload.rule !== "content")
    return { kind: "forward", because: "the container is native: it has no engine" };
  throw new WrunError(
    "unsupported",
    `${quote(workload.module)} is wasm, and this container has no engine, as it was started with a native program: run the wasm in a container of its own`,
  );
}

/** What the guest of a running container may touch, as its engine was told; undefined for a native container. */
export function grantOf(spec: RuntimeSpec): Grant | undefined {
  if (!isEdited(spec)) return undefined;
  const { args = [], env = [] } = spec.process ?? {};
  return parseFlags(args.slice(args.indexOf("wasm") + 1), env).grant;
}
