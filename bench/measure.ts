import { readFileSync } from "node:fs";
import { native } from "../native/native.ts";

/** One thing to time: a command, started with stdout to /dev/null and an environment of PATH alone. */
export interface Subject {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: readonly string[];
  /** Done before each run, and not timed. */
  readonly before?: () => void;
}

/** Milliseconds of wall time of one run; throws where the command fails. */
export function once(subject: Subject): number {
  const [program = ""] = subject.command;
  const path = program.includes("/") ? program : (Bun.which(program) ?? program);
  const env = [...(subject.env ?? []), `PATH=${process.env["PATH"] ?? ""}`];
  subject.before?.();
  const begin = performance.now();
  const pid = native.spawn({ path, argv: subject.command, env, fds: [-1, -1, 2] });
  if (pid < 0) throw new Error(`${subject.name}: cannot start ${path}: errno ${-pid}`);
  const end = native.waitpid(pid, 0);
  const elapsed = performance.now() - begin;
  if (typeof end === "number" || end[0] !== 1 || end[1] !== 0)
    throw new Error(`${subject.name}: ${subject.command.join(" ")} failed: ${String(end)}`);
  return elapsed;
}

/** The median time of each subject over `runs` rounds, the subjects taking turns so that noise falls on all alike. */
export function medians(subjects: readonly Subject[], runs: number): number[] {
  const times = subjects.map(() => [] as number[]);
  for (const subject of subjects) once(subject);
  for (let round = 0; round < runs; round++) {
    subjects.forEach((subject, index) => times[index]?.push(once(subject)));
  }
  return times.map(median);
}

/** Page faults of one run, of all processes that were waited for: nothing of what makes times noisy is in them. */
export function faults(subject: Subject): number {
  const before = childrenFaults();
  once(subject);
  return childrenFaults() - before;
}

// proc(5), /proc/PID/stat: cminflt and cmajflt stand 9th and 11th after the name's closing parenthesis.
function childrenFaults(): number {
  const text = readFileSync("/proc/self/stat", "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[8]) + Number(fields[10]);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** The value that `share` of all do not exceed: 0.99 for the 99th percentile. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** The geometric mean. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
