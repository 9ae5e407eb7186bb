import { toFlags } from "../../oci/grant-flags.ts";
import { show, spelledOut } from "../../oci/note.ts";
import type { Note } from "../../oci/note.ts";
import type { ForwardPlan, Plan, WasmPlan } from "../../oci/plan.ts";
import { oneLine } from "../one-line.ts";

/** A plan for programs to read. The bundle's own fields, which anyone can read in config.json, are left out. */
export function planJson(plan: Plan): string {
  const { spec, ...rest } = plan;
  const shown = rest.kind === "wasm" && rest.sandbox === "kernel" ? { ...rest, config: spec } : rest;
  return `${spelledOut(JSON.stringify(shown, undefined, 2))}\n`;
}

/** A plan for people to read. Whatever an image wrote is on its own line, escaped and bounded. */
export function planText(plan: Plan): string {
  const lines = plan.kind === "forward" ? forwardLines(plan) : wasmLines(plan);
  return `${lines.join("\n")}\n`;
}

function forwardLines(plan: ForwardPlan): string[] {
  return [
    `native: ${oneLine(plan.because, longest)} (rule ${plan.workload.rule})`,
    "The bundle goes to the low-level runtime as it is.",
    ...table("WARNING", plan.warnings),
  ];
}

function wasmLines(plan: WasmPlan): string[] {
  const { workload, sandbox, terminal } = plan;
  return [
    `wasm: ${oneLine(workload.because, longest)} (rule ${workload.rule})`,
    `sandbox: ${sandbox}${terminal ? ", with a terminal" : ""}`,
    ...table("THE GUEST GETS", plan.origins),
    ...table("IT DOES NOT GET", plan.dropped),
    ...table("WARNING", plan.warnings),
    "",
    "THE ENGINE'S COMMAND",
    `  ${commandLine(plan)}`,
  ];
}

const longest = 600;

function commandLine(plan: WasmPlan): string {
  return ["wrun", "wasm", ...toFlags(plan.grant)].map(show).join(" ");
}

function table(title: string, notes: readonly Note[]): string[] {
  if (notes.length === 0) return [];
  const rows = notes.map(({ text, field }) => [oneLine(text, longest), oneLine(field, longest)] as const);
  const width = Math.min(72, Math.max(title.length, ...rows.map(([text]) => text.length + 2)));
  return [
    "",
    `${title.padEnd(width)}  FROM`,
    ...rows.map(([text, field]) => `  ${text.padEnd(width - 2)}  ${field}`),
  ];
}
