import type { Read } from "./cgroup-folder.ts";
import { parsePairs } from "./values.ts";

/** Shares of time in percent, and the microseconds since the beginning, in which processes waited. */
export interface PressureData {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly total: number;
}

/** How long some, or all, processes waited for a resource (https://docs.kernel.org/accounting/psi.html). */
export interface PressureStats {
  readonly some?: PressureData;
  readonly full?: PressureData;
}

/** Reads a `.pressure` file of v2; undefined where the kernel keeps none. */
export function readPressure(read: Read, name: string): PressureStats | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  const lines = text.split("\n").map((line) => line.split(" "));
  const [some, full] = ["some", "full"].map((kind) => lines.find(([first]) => first === kind));
  if (some === undefined && full === undefined) return undefined;
  return { ...(some && { some: pressureData(some) }), ...(full && { full: pressureData(full) }) };
}

// `some avg10=7.35 avg60=6.08 avg300=4.10 total=32163355`
function pressureData(words: readonly string[]): PressureData {
  const average = (name: string): number => {
    const word = words.find((candidate) => candidate.startsWith(`${name}=`)) ?? "";
    return Number(word.slice(name.length + 1)) || 0;
  };
  const total = parsePairs(words).get("total") ?? 0;
  return { avg10: average("avg10"), avg60: average("avg60"), avg300: average("avg300"), total };
}
