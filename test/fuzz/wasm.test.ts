import { expect, test } from "bun:test";
import { readFunctionNames, readModuleName, readProducers } from "../../engine/module/customs.ts";
import { dialectOf } from "../../engine/module/dialect.ts";
import { kindOf } from "../../engine/module/kind.ts";
import { limitMemory } from "../../engine/module/memory-limit.ts";
import { describeMissing } from "../../engine/module/missing.ts";
import { readModule } from "../../engine/module/module.ts";
import { runsAsItIs } from "../../engine/module/quick-look.ts";
import { missingImports } from "../../engine/module/runnable.ts";
import { readSections } from "../../engine/module/sections.ts";
import { deferStart } from "../../engine/module/start-section.ts";
import { WrunError } from "../../oci/error.ts";
import { fileOf } from "../engine/run-wat.ts";
import { hangTimeoutMs } from "../until.ts";
import { wrun } from "../wrun.ts";
import { mutateWasm } from "./mutate-wasm.ts";
import { Random } from "./random.ts";
import { wasmSeeds } from "./wasm-seeds.ts";

// FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer.
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_102);
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 12_000);
const runs = Math.ceil(rounds / 40);

const valid = (bytes: Uint8Array): boolean => kindOf(bytes) === "module" && WebAssembly.validate(bytes);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").slice(0, 4000);

test(`A module is read, limited and deferred, or refused in one line (${rounds} mutations)`, async () => {
  const seeds = await wasmSeeds();
  const random = new Random(seed);
  const outcomes = { read: 0, refused: 0, valid: 0 };
  for (let round = 0; round < rounds; round++) {
    const bytes = mutateWasm(seeds[round % seeds.length] ?? new Uint8Array(), random);
    const complaint = complaintAbout(bytes, random, outcomes);
    if (complaint !== "") throw new Error(`${complaint}\nseed ${seed}, round ${round}: ${hex(bytes)}`);
  }
  // Mutations that never get past the header would prove little.
  expect(Math.min(outcomes.read, outcomes.refused, outcomes.valid)).toBeGreaterThan(rounds / 50);
});

function complaintAbout(
  bytes: Uint8Array,
  random: Random,
  outcomes: { read: number; refused: number; valid: number },
): string {
  const isValid = valid(bytes);
  if (isValid) outcomes.valid++;
  try {
    if (kindOf(bytes) !== "module") return "";
    readEverything(bytes);
    outcomes.read++;
  } catch (error) {
    outcomes.refused++;
    if (!(error instanceof WrunError)) return `threw ${String(error)}`;
    if (/[\r\n]/.test(error.message)) return `its message has several lines: ${error.message}`;
    return isValid ? `refused what the engine takes: ${error.message}` : "";
  }
  return isValid ? complaintAboutPatches(bytes, random) : "";
}

function readEverything(bytes: Uint8Array): void {
  const info = readModule(bytes);
  dialectOf(info.imports);
  const missing = missingImports(info.imports);
  for (const one of missing) describeMissing(one);
  if (runsAsItIs(bytes) && (missing.length > 0 || info.start !== undefined))
    throw new Error("the quick look missed what a closer one finds");
  readModuleName(bytes, info.customs);
  readFunctionNames(bytes, info.customs);
  readProducers(bytes, info.customs);
}

// What the engine takes it must still take when it has been rewritten, and no memory may exceed its limit.
function complaintAboutPatches(bytes: Uint8Array, random: Random): string {
  const limit = random.below(400) * 65_536;
  try {
    const limited = limitMemory(bytes, limit);
    const maxima = readModule(limited).memories.map(({ max }) => Number(max ?? Infinity));
    if (maxima.reduce((sum, max) => sum + max, 0) * 65_536 > limit) return `its memory exceeds ${limit}`;
    if (!valid(limited)) return `the limit ${limit} made it invalid`;
  } catch (error) {
    if (!(error instanceof WrunError)) return `threw ${String(error)}`;
  }
  return valid(deferStart(bytes, readSections(bytes))) ? "" : "deferring its start function made it invalid";
}

test(`A module runs, or ends with one clear line, in the built executable (${runs} mutations)`, async () => {
  const seeds = await wasmSeeds();
  const random = new Random(seed);
  const work = Array.from({ length: runs }, (_, round) => {
    const original = seeds[round % seeds.length] ?? new Uint8Array();
    return round % 4 === 0 ? mutateWasm(original, random) : validMutation(original, random);
  });
  const codes = new Map<number, number>();
  await Promise.all([runThose(work, codes), runThose(work, codes)]);
  expect([...codes.values()].reduce((sum, count) => sum + count, 0)).toBe(runs);
  expect([...codes.keys()]).toContain(0);
  expect([...codes.keys()]).toContain(126);
});

// Nothing is learnt from the hundredth file with a broken header.
function validMutation(original: Uint8Array, random: Random): Uint8Array {
  for (let tries = 0; tries < 20; tries++) {
    const bytes = mutateWasm(original, random);
    if (valid(bytes)) return bytes;
  }
  return original;
}

async function runThose(work: Uint8Array[], codes: Map<number, number>): Promise<void> {
  for (let bytes = work.pop(); bytes !== undefined; bytes = work.pop()) {
    const flags = ["--max-cpu", "1", "--max-memory", "64m"];
    const process = Bun.spawn([wrun, "wasm", ...flags, fileOf(bytes)], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {},
      timeout: hangTimeoutMs,
    });
    const [stderr, code] = await Promise.all([new Response(process.stderr).text(), process.exited]);
    const complaint = complaintAboutEnd(process.signalCode, stderr, code);
    if (complaint !== "") throw new Error(`${complaint}\nseed ${seed}: ${hex(bytes)}\n${stderr}`);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
}

function complaintAboutEnd(signal: string | number | null, stderr: string, code: number): string {
  if (signal !== null) return `it ended by ${signal}`;
  if (/internal error|\$bunfs|panic|Bun v/.test(stderr)) return "it shows our insides";
  if ((code === 126 || code === 127) && stderr.split("\n").length !== 2) return "more than one line";
  return "";
}
