import { readFileSync, statSync } from "node:fs";
import { endOf, parseReports } from "../../oci/report.ts";
import { isSystemError } from "../problem.ts";
import type { Life } from "./life.ts";
import type { Traces } from "./end.ts";

const mostBytes = 64 * 1024;

/** What a container has left of its end, on disk. */
export function tracesOf({ details }: Life): Partial<Traces> {
  const report = textOf(details.report);
  const exit = textOf(details.exitFile);
  const at = timeOf(details.exitFile) ?? timeOf(details.report);
  return {
    ...(report === undefined ? {} : { report }),
    ...(exit === undefined ? {} : { exit }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Whether they tell the end. */
export function tellEnd({ report, exit }: Partial<Traces>): boolean {
  return (exit ?? "").trim() !== "" || endOf(parseReports(report ?? "")) !== undefined;
}

/** The text of a file, as far as it is there and no larger than such files are. */
export function textOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= mostBytes ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** When a file was written last, in microseconds since 1970. */
export function timeOf(path: string | undefined): number | undefined {
  try {
    return path === undefined ? undefined : Math.round(statSync(path).mtimeMs * 1000);
  } catch {
    return undefined;
  }
}

/**
 * When a process started, in ticks after boot; "" where it has ended. proc(5): field 22 of stat. Where there is no
 * descriptor to look with it is an error: the process may run.
 */
export function startTimeOf(pid: number): string {
  let stat = "";
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (isSystemError(error) && /^E(MFILE|NFILE|NOMEM)\b/.test(error.message)) throw error;
  }
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
