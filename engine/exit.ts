import { native } from "../native/native.ts";
import type { WrunError } from "../oci/error.ts";
import type { GuestPath } from "../oci/grant.ts";
import { quote } from "../oci/note.ts";
import { exitCodeOf } from "../oci/report.ts";
import type { GuestEnd } from "../oci/report.ts";
import type { Trap } from "./engine.ts";
import { writeText } from "./reports.ts";
import type { Reports } from "./reports.ts";

/** The exit code where wrun itself is at fault: EX_SOFTWARE of sysexits.h. */
export const internalErrorCode = 70;

/** Ends the process as the guest ended. */
export function endGuest(end: GuestEnd, reports: Reports): never {
  reports.report(end);
  return native.exit(exitCodeOf(end));
}

/** A trap's end, told on stderr: one line, then the guest's stack. */
export function tellTrap(trap: Trap): GuestEnd {
  const stack = trap.stack.map(functionName);
  const where = stack[0] === undefined ? "" : ` in ${stack[0]}`;
  const lines = [`wrun: trap: ${trap.reason}${where}`, ...stack.map((frame) => `    at ${frame}`)];
  writeText(2, `${lines.join("\n")}\n`);
  return { report: "trapped", reason: trap.reason, stack };
}

// The guest chose these names.
function functionName(name: string): string {
  return /^[ -~]{1,200}$/.test(name) ? name : quote(name);
}

/** An error before the guest ran, told on stderr by whoever stands nearest to the user. */
export function tellFailure(error: WrunError, file: GuestPath | undefined, reports: Reports): GuestEnd {
  const reason = file === undefined ? error.message : `${quote(file)}: ${error.message}`;
  if (!reports.awaited) writeText(2, `wrun: ${reason}\n`);
  return { report: "failed", code: error.code === "not-found" ? 127 : 126, reason };
}

/** A bug of ours, told in one line: the exit code. */
export function tellBug(error: unknown): number {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  writeText(2, `wrun: internal error: ${quote(text)}\n`);
  return internalErrorCode;
}
