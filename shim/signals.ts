import { WrunError } from "../oci/error.ts";

// signal(7), the numbers of x86-64 and arm64.
const numbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  IOT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  POLL: 29,
  PWR: 30,
  SYS: 31,
  RTMIN: 34,
  RTMAX: 64,
};

/** The signals that `run` passes on to the guest while it waits for it. */
export const forwardedSignals: readonly number[] = [
  numbers["HUP"],
  numbers["INT"],
  numbers["QUIT"],
  numbers["USR1"],
  numbers["USR2"],
  numbers["ALRM"],
  numbers["TERM"],
  numbers["CONT"],
  numbers["WINCH"],
].flatMap((n) => n ?? []);

/** SIGTERM: what `kill` sends when no signal is named. */
export const sigterm = 15;
/** SIGKILL. */
export const sigkill = 9;

/** The number of a signal given as `15`, `TERM`, `SIGTERM`, `term`, `RTMIN+3` or `RTMAX-1`. */
export function parseSignal(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : named(text);
  if (number !== undefined && number >= 1 && number <= 64) return number;
  throw new WrunError(
    "invalid",
    `unknown signal ${JSON.stringify(text.slice(0, 40))}: write 15, TERM or SIGTERM`,
  );
}

function named(text: string): number | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  const realTime = /^RT(MIN|MAX)([+-]\d{1,2})$/.exec(name);
  if (realTime === null) return Object.hasOwn(numbers, name) ? numbers[name] : undefined;
  const value = (realTime[1] === "MIN" ? 34 : 64) + Number(realTime[2]);
  return value >= 34 && value <= 64 ? value : undefined;
}
