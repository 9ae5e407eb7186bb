import { automaticSandbox, sandboxChoice } from "../cli/global-flags.ts";
import { isContainerId } from "../container-id.ts";
import { callersRoot, isEmbedded } from "../sandbox/callers-root.ts";
import type { KernelCall } from "./kernel-call.ts";
import { isInKernel } from "./kernel-state.ts";

/** Verbs that make a container: its sandbox is chosen there. */
const making: ReadonlySet<string> = new Set(["create", "run", "restore"]);

/** Verbs that both sandboxes have, for a container that has been made. */
const living: ReadonlySet<string> = new Set(["start", "state", "kill", "delete"]);

/** Verbs that the low-level runtime alone has, for a container that has been made. */
const runtimesOwn: ReadonlySet<string> = new Set(
  "exec ps pause resume update events checkpoint mounts".split(" "),
);

/** Verbs that have help of ours, where both sandboxes have them. */
const explained: ReadonlySet<string> = new Set([...living, "create", "run", "list"]);

/** Who answers a call: the low-level runtime, the verbs of our own, or both. */
export type Answerer = "runtime" | "own" | "both";

/**
 * Decides who answers a call. Unless `--sandbox` says it, automaticSandbox() does for a container that is to be made; one
 * that has been made is looked for in both sandboxes, whoever asks.
 */
export function answererOf(call: KernelCall): Answerer {
  const { verb, flags } = call;
  if (!isOfRuntimes(verb)) return "own";
  if (explained.has(verb) && (flags.has("--help") || flags.has("--h"))) return "own";
  const choice = sandboxChoice(flags);
  if (verb === "list" && choice !== "embedded") return "both";
  if (choice !== "auto") return choice === "kernel" ? "runtime" : "own";
  if (verb === "features" || flags.has("--help")) return "runtime";
  const isRoot = automaticSandbox() === "kernel";
  if (verb === "create" || verb === "run") return isRoot ? "runtime" : "own";
  if (embeddedContainer(call) !== undefined) return "own";
  if (verb === "restore") return isRoot ? "runtime" : "own";
  return isRoot || isNamed(call, (root, id) => isInKernel(root, id)) ? "runtime" : "own";
}

/** Whether the low-level runtime alone has a verb. */
export function isRuntimesOwn(verb: string): boolean {
  return runtimesOwn.has(verb) || verb === "restore" || verb === "features";
}

/** The embedded container that a call names. */
export function embeddedContainer({ flags, operands }: KernelCall): string | undefined {
  const given = flags.value("--root");
  if (given === "") return undefined;
  const root = callersRoot(given);
  return operands.find((id) => isContainerId(id) && isEmbedded(root, id));
}

function isOfRuntimes(verb: string): boolean {
  return (
    making.has(verb) || living.has(verb) || runtimesOwn.has(verb) || verb === "list" || verb === "features"
  );
}

function isNamed(
  { flags, operands }: KernelCall,
  has: (root: string | undefined, id: string) => boolean,
): boolean {
  return operands.some((id) => isContainerId(id) && has(flags.value("--root"), id));
}
