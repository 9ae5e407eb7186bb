import { editSpec } from "./edits.ts";
import { WrunError } from "./error.ts";
import { parseFlags } from "./grant-flags.ts";
import type { Grant, GuestPath } from "./grant.ts";
import type { Surroundings } from "./grant-input.ts";
import { grantProcess } from "./grant-process.ts";
import { quote } from "./note.ts";
import { Remarks } from "./remarks.ts";
import type { Process, RuntimeSpec } from "./runtime-spec.ts";
import type { Workload } from "./workload.ts";
import { detectWorkload } from "./workload.ts";

/**
 * How the engine of a running container was started: its command line from the loader or the launcher on, and its
 * environment, both as edits.ts made them.
 */
export interface EngineProcess {
  readonly args: readonly string[];
  readonly env: readonly string[];
}

/** What is to be executed in a container that runs. */
export interface ExecInput extends Surroundings {
  /** The container's engine; undefined for a native container. */
  readonly engine: EngineProcess | undefined;
  readonly process: Process;
}

/** What will be done with an exec. */
export type ExecPlan =
  | { readonly kind: "forward"; readonly because: string }
  | { readonly kind: "wasm"; readonly because: string; readonly process: Process };

/** Decides about an exec: a wasm file runs in an engine of its own, with what the container's guest may touch. */
export function planExec(input: ExecInput): ExecPlan {
  const { engine, process, probe } = input;
  const spec: RuntimeSpec = { ociVersion: "1.0.2", process };
  const workload = detectWorkload({ spec, probe });
  if (engine === undefined) return forwardNative(workload);
  if (workload.kind === "native") return { kind: "forward", because: workload.because };
  const engineMount = engineMountOf(engine);
  const container = grantOf(engine);
  const own = grantProcess({ ...input, spec, workload, engineMount, remarks: new Remarks() });
  const { invoke: _invoke, listen: _listen, hostModule: _hostModule, ...shared } = container;
  const env = [...own.env, ...hostNameOf(container, own.env)];
  const grant: Grant = { ...shared, listen: [], ...own, env };
  const { process: edited = {} } = editSpec(spec, { grant, engineMount, installed: "" });
  return { kind: "wasm", because: workload.because, process: edited };
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

/** What the guest of a running container may touch, as its engine was started with it. */
export function grantOf({ args, env }: EngineProcess): Grant {
  return parseFlags(args.slice(args.indexOf("wasm") + 1), env).grant;
}

// The word before "wasm" is the executable, in the engine's mount.
function engineMountOf({ args }: EngineProcess): GuestPath {
  const executable = args[args.indexOf("wasm") - 1] ?? "";
  return executable.slice(0, executable.lastIndexOf("/"));
}

// The container's host name reaches its guest as a variable, which an exec's own environment may lack.
function hostNameOf(container: Grant, env: readonly string[]): readonly string[] {
  const isHostName = (entry: string): boolean => entry.startsWith("HOSTNAME=");
  return env.some(isHostName) ? [] : container.env.filter(isHostName);
}
