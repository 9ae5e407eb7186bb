import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { WrunError } from "../../oci/error.ts";
import type { SandboxKind } from "../../oci/grant-input.ts";
import type { Note } from "../../oci/note.ts";
import type { Plan } from "../../oci/plan.ts";
import { changes } from "./changes.ts";
import { goldenCases, planCase } from "./golden-case.ts";
import type { GoldenCase } from "./golden-case.ts";

// UPDATE_GOLDEN=1 writes expected.json anew. Read the difference before it is committed: it is the review of
// what a guest gets.
const update = process.env["UPDATE_GOLDEN"] === "1";

for (const golden of goldenCases()) {
  test(`planContainer() on ${golden.name}: ${golden.note}`, () => {
    const file = join(golden.directory, "expected.json");
    const actual = `${JSON.stringify({ kernel: outcome(golden, "kernel"), embedded: outcome(golden, "embedded") }, null, 2)}\n`;
    if (update) writeFileSync(file, actual);
    expect(actual).toBe(readFileSync(file, "utf8"));
  });
}

function outcome(golden: GoldenCase, sandbox: SandboxKind): unknown {
  try {
    return shown(planCase(golden, sandbox), JSON.parse(golden.config));
  } catch (error) {
    if (error instanceof WrunError) return { error: error.code, message: error.message };
    throw error;
  }
}

function shown(plan: Plan, config: unknown): unknown {
  if (plan.kind === "forward") {
    const { kind, workload, because, warnings } = plan;
    return { kind, rule: workload.rule, because, warnings: lines(warnings) };
  }
  const { kind, workload, grant, scratch, mountPoints, terminal, rootfs } = plan;
  const [warnings, dropped, origins] = [plan.warnings, plan.dropped, plan.origins].map(lines);
  const spec: unknown = JSON.parse(JSON.stringify(plan.spec));
  return {
    kind,
    workload,
    warnings,
    dropped,
    origins,
    grant,
    rootfs,
    scratch,
    mountPoints,
    terminal,
    changes: changes(config, spec),
  };
}

function lines(notes: readonly Note[]): string[] {
  return notes.map(({ field, text }) => `${field}: ${text}`);
}
