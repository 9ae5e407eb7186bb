import { planBundle } from "../plan-bundle.ts";
import { callersRoot } from "../sandbox/callers-root.ts";
import type { Call } from "./call.ts";
import { automaticSandbox, oneOf, sandboxChoice } from "./global-flags.ts";
import { planJson, planText } from "./plan-text.ts";

/** `wrun plan`: what a bundle's guest would get, from which field, and what it would not get, and why. */
export function planVerb({ flags, print }: Call): number {
  const format = oneOf(flags, "--format", ["text", "json"]) ?? "text";
  const choice = sandboxChoice(flags);
  const sandbox = choice === "auto" ? automaticSandbox() : choice;
  const bundle = flags.value("--bundle") ?? ".";
  const plan = planBundle({
    bundle,
    sandbox,
    scratch: `${callersRoot(flags.value("--root")).path}/ID/scratch`,
  });
  print(format === "json" ? planJson(plan) : planText(plan));
  return 0;
}
