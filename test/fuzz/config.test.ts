import { expect, test } from "bun:test";
import { WrunError } from "../../oci/error.ts";
import { parseFlags, toFlags, wrapEnv } from "../../oci/grant-flags.ts";
import type { Plan } from "../../oci/plan.ts";
import { goldenCases, planCase } from "../oci/golden-case.ts";
import type { GoldenCase } from "../oci/golden-case.ts";
import { mutateJson } from "./mutate-json.ts";
import { mutateText } from "./mutate-text.ts";
import { Random } from "./random.ts";

// FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer.
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_101);
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 6000);
/** One plan takes well under a millisecond. Of CPU time, so that no busy machine counts. */
const mostCpuMilliseconds = 5000;

const ways = { "the fields of": mutateJson, "the characters of": mutateText } as const;

for (const [what, mutate] of Object.entries(ways))
  test(`A config.json becomes a plan or a clear error, whatever is done to ${what} it (${rounds} times)`, () => {
    const random = new Random(seed);
    const cases = goldenCases().filter((golden) => isJson(golden.config));
    const outcomes = { wasm: 0, forward: 0, error: 0 };
    for (let round = 0; round < rounds; round++) {
      const golden = cases[random.below(cases.length)];
      if (golden === undefined) throw new Error("no golden cases");
      const config = mutate(golden.config, random);
      const complaint = complaintAbout(
        golden,
        { config, sandbox: round % 2 === 0 ? "kernel" : "embedded" },
        outcomes,
      );
      if (complaint !== "")
        throw new Error(`${complaint}\nseed ${seed}, round ${round}, ${golden.name}: ${config}`);
    }
    // Mutations that never get past the parser would prove little.
    expect(Math.min(outcomes.wasm, outcomes.forward, outcomes.error)).toBeGreaterThan(rounds / 100);
  });

interface Attempt {
  readonly config: string;
  readonly sandbox: "kernel" | "embedded";
}

function complaintAbout(
  golden: GoldenCase,
  attempt: Attempt,
  outcomes: Record<Plan["kind"] | "error", number>,
): string {
  const before = process.cpuUsage();
  try {
    const plan = planCase(golden, attempt.sandbox, attempt.config);
    outcomes[plan.kind]++;
    return complaintAboutPlan(plan) || complaintAboutTime(before);
  } catch (error) {
    if (!(error instanceof WrunError)) return `not a WrunError: ${String(error)}`;
    outcomes.error++;
    return complaintAboutMessage(error.message) || complaintAboutTime(before);
  }
}

function complaintAboutTime(before: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 > mostCpuMilliseconds ? "it takes too long" : "";
}

function complaintAboutMessage(message: string): string {
  if (message.length > 1000) return `a message of ${message.length} characters`;
  return /[\p{Cc}\p{Cs}\u202e]/u.test(message) ? `an unclean message: ${JSON.stringify(message)}` : "";
}

function complaintAboutPlan(plan: Plan): string {
  if (typeof JSON.parse(JSON.stringify(plan.spec)) !== "object") return "the spec cannot be written";
  const notes = plan.kind === "wasm" ? [...plan.warnings, ...plan.dropped, ...plan.origins] : plan.warnings;
  const unclean = notes
    .map(({ text, field }) => complaintAboutMessage(`${field}: ${text}`))
    .find((text) => text !== "");
  if (unclean !== undefined || plan.kind === "forward") return unclean ?? "";
  const { grant } = plan;
  const read = parseFlags(toFlags(grant), ["LD_PRELOAD=/x", ...wrapEnv(grant.env)]);
  return Bun.deepEquals(read.grant, grant) ? "" : `the flags are read as ${JSON.stringify(read.grant)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
