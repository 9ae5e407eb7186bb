import { WrunError } from "../oci/error.ts";
import { quote } from "../oci/note.ts";
import type { Call } from "./guest.ts";
import { readModule } from "./module/module.ts";
import { formatFunctionType } from "./module/value-type.ts";
import type { FunctionType, ValueType } from "./module/value-type.ts";
import { writeText } from "./reports.ts";

/** A call of the exported function `name`: parameters from words of the command line, results to stdout. */
export function printedCall(bytes: Uint8Array, name: string, words: readonly string[]): Call {
  const type = functionType(bytes, name);
  return {
    parameters: parseParameters(type, name, words),
    print: (results) => void writeText(1, formatResults(type.results, results)),
  };
}

function parseParameters(
  type: FunctionType,
  name: string,
  words: readonly string[],
): readonly (number | bigint)[] {
  const unknown = [...type.parameters, ...type.results].find((value) => !(value in parsers));
  if (unknown !== undefined)
    throw new WrunError("unsupported", `${quote(name)} cannot be called from here: it has a ${unknown}`);
  // A function without parameters may read the words as a program does, from its argv.
  if (type.parameters.length === 0) return [];
  if (type.parameters.length !== words.length) {
    const signature = formatFunctionType(type);
    throw new WrunError("invalid", `${quote(name)} is ${signature}: ${words.length} arguments were given`);
  }
  return type.parameters.map((value, index) => parseOne(value, words[index] ?? ""));
}

function functionType(bytes: Uint8Array, name: string): FunctionType {
  const entry = readModule(bytes).exports.find((candidate) => candidate.name === name);
  if (entry?.extern.kind === "function" && entry.extern.type !== undefined) return entry.extern.type;
  throw new WrunError("invalid", `${quote(name)} is no function`);
}

function parseOne(type: string, word: string): number | bigint {
  const value = parsers[type]?.(word);
  if (value !== undefined) return value;
  throw new WrunError("invalid", `argument ${quote(word)} is not a decimal ${type}`);
}

const parsers: Readonly<Record<string, (word: string) => number | bigint | undefined>> = {
  i32: (word) => {
    const value = parseInteger(word, 32n);
    return value === undefined ? undefined : Number(value);
  },
  i64: (word) => parseInteger(word, 64n),
  f32: parseFloating,
  f64: parseFloating,
};

// Signed and unsigned spellings are both taken, as in wasm's text format.
function parseInteger(word: string, bits: bigint): bigint | undefined {
  if (!/^[+-]?\d{1,20}$/.test(word)) return undefined;
  const value = BigInt(word.replace(/^\+/, ""));
  return value >= -(1n << (bits - 1n)) && value < 1n << bits ? value : undefined;
}

function parseFloating(word: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
  const special = /^([+-]?)(inf|nan)$/.exec(word);
  if (special === null) return undefined;
  if (special[2] === "nan") return NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}

// One a line.
function formatResults(types: readonly ValueType[], results: unknown): string {
  const values: readonly unknown[] = types.length > 1 ? [...(results as Iterable<unknown>)] : [results];
  return types.map((type, index) => `${formatOne(type, values[index])}\n`).join("");
}

function formatOne(type: string, value: unknown): string {
  if (typeof value !== "number") return String(value);
  if (Object.is(value, -0)) return "-0";
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "inf").replace("NaN", "nan");
  return type === "f32" ? shortestSingle(value) : String(value);
}

// The fewest digits that read back as the same 32-bit number: 0.1, not 0.10000000149011612.
function shortestSingle(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}
