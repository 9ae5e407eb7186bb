import { endOf, exitCodeOf, parseReports } from "../../oci/report.ts";
import type { GuestEnd } from "../../oci/report.ts";
import type { EndReason } from "./told.ts";

/** How a container's process ended. */
export interface End {
  readonly exitStatus: number;
  readonly reason: EndReason;
  readonly detail: string;
  readonly stack: readonly string[];
  /** Microseconds since 1970. */
  readonly at: number;
}

/** What there is to tell it by. */
export interface Traces {
  readonly at: number;
  /** As a shell gives it, from whoever could see it. */
  readonly code?: number;
  /** The text of the engine's reports. */
  readonly report?: string;
  /** The text of conmon's file. */
  readonly exit?: string;
  /** The kernel has killed for memory in the container. */
  readonly oom?: boolean;
}

const unknownStatus = 255;
const killed = 137;

/**
 * The end that the traces speak of. The engine's own word counts most, as it knows a trap from an exit code of 134; who
 * was killed could not say anything.
 */
export function endFrom({ at, code, report, exit, oom = false }: Traces): End {
  const told = endOf(parseReports(report ?? ""));
  if (told !== undefined) return { ...fromGuest(told), at };
  const status = code ?? statusIn(exit);
  const plain = { detail: "", stack: [], at };
  if (status === undefined && report === undefined)
    return { exitStatus: unknownStatus, reason: oom ? "oom" : "unknown", ...plain };
  // An engine that has not told its guest's end has been killed.
  const exitStatus = status ?? killed;
  if (exitStatus === killed) return { exitStatus, reason: oom ? "oom" : "killed", ...plain };
  return { exitStatus, reason: exitStatus > 128 ? "signalled" : "exited", ...plain };
}

/** An end that the engine has told. */
export function fromGuest(end: GuestEnd): Omit<End, "at"> {
  const exitStatus = exitCodeOf(end);
  if (end.report === "trapped")
    return { exitStatus, reason: "trapped", detail: end.reason, stack: end.stack };
  return { exitStatus, reason: end.report, detail: end.report === "failed" ? end.reason : "", stack: [] };
}

function statusIn(text: string | undefined): number | undefined {
  const word = text?.trim() ?? "";
  return /^\d{1,3}$/.test(word) ? Number(word) : undefined;
}
