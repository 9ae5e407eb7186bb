import { WrunError } from "../oci/error.ts";
import type { GuestPath } from "../oci/grant.ts";
import { quote } from "../oci/note.ts";
import type { Engine, Trap } from "./engine.ts";
import { endGuest } from "./exit.ts";
import { writeText } from "./reports.ts";
import type { Reports } from "./reports.ts";

/** The exit code where wrun itself is at fault: EX_SOFTWARE of sysexits.h. */
const internalErrorCode = 70;

/** What a message about a failure needs to know. */
export interface Failure {
  /** The module, where it has come to that. */
  readonly file: GuestPath | undefined;
  readonly reports: Reports;
}

/** Tells why the guest could not run, and ends the process. */
export function endFailed(error: unknown, { file, reports }: Failure): number {
  if (!(error instanceof WrunError)) return tellBug(error);
  const reason = file === undefined ? error.message : `${quote(file)}: ${error.message}`;
  // Where somebody waits for the guest to be loaded, they tell it: they stand nearer to the user.
  if (!reports.awaited) writeText(2, `wrun: ${reason}\n`);
  return endGuest({ report: "failed", code: error.code === "not-found" ? 127 : 126, reason }, reports);
}

/** Tells how the guest broke off, and ends the process. */
export async function endBroken(error: unknown, failure: Failure, engine: Engine): Promise<number> {
  try {
    const trap = await engine.trapOf(error);
    return trap === undefined ? tellBug(error) : endTrapped(trap, failure.reports);
  } catch (other) {
    return endFailed(other, failure);
  }
}

// One line, then the guest's stack.
function endTrapped(trap: Trap, reports: Reports): never {
  const stack = trap.stack.map(functionName);
  const where = stack[0] === undefined ? "" : ` in ${stack[0]}`;
  const lines = [`wrun: trap: ${trap.reason}${where}`, ...stack.map((frame) => `    at ${frame}`)];
  writeText(2, `${lines.join("\n")}\n`);
  return endGuest({ report: "trapped", reason: trap.reason, stack }, reports);
}

// The guest chose these names.
function functionName(name: string): string {
  return /^[ -~]{1,200}$/.test(name) ? name : quote(name);
}

function tellBug(error: unknown): number {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  writeText(2, `wrun: internal error: ${quote(text)}\n`);
  return internalErrorCode;
}
