import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { SandboxKind } from "../../oci/grant-input.ts";
import { quote } from "../../oci/note.ts";
import { planBundle } from "../plan-bundle.ts";
import { stateRoot } from "../sandbox/state-root.ts";
import { ArgvReader, type Flag } from "./argv.ts";
import { oneOf, sandboxChoice } from "./global-flags.ts";
import { print } from "./print.ts";
import { planJson, planText } from "./plan-text.ts";

const flags: readonly Flag[] = [
  { names: ["--bundle", "-b"], value: "DIR", help: "the OCI bundle (default: here)" },
  { names: ["--format", "-f"], value: "text|json", help: "how to show it (default text)" },
];

const sandboxFlag: Flag = { names: ["--sandbox"], value: "embedded|kernel|auto", help: "" };

/** `wrun plan`: what a bundle's guest would get, from which field, and what it would not get, and why. */
export function planVerb(args: readonly string[]): number {
  const reader = new ArgvReader(args);
  const surplus = reader.word([...flags, sandboxFlag]);
  if (surplus !== undefined)
    throw new WrunError("invalid", `plan takes no operand: ${quote(surplus)} (wrun plan --bundle DIR)`);
  const format = oneOf(reader.flags, "--format", ["text", "json"]) ?? "text";
  const sandbox = sandboxFor(sandboxChoice(reader.flags));
  const bundle = reader.flags.value("--bundle") ?? ".";
  const plan = planBundle({ bundle, sandbox, scratch: `${stateFolder()}/ID/scratch` });
  print(format === "json" ? planJson(plan) : planText(plan));
  return 0;
}

// As `create` and `run` choose.
function sandboxFor(choice: SandboxKind | "auto"): SandboxKind {
  if (choice !== "auto") return choice;
  return native.geteuid() === 0 ? "kernel" : "embedded";
}

function stateFolder(): string {
  const runtimeDirectory = process.env["XDG_RUNTIME_DIR"];
  const caller = { uid: native.geteuid(), runtimeDirectory, workingDirectory: () => process.cwd() };
  return stateRoot(undefined, caller).path;
}
