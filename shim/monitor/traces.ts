import { readFileSync } from "node:fs";
import { native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { endOf, parseReports } from "../../oci/report.ts";
import { linuxFiles } from "../host/files.ts";
import { openRegularFile } from "../host/regular-file.ts";
import { isSystemError } from "../problem.ts";
import type { Life } from "./life.ts";
import type { Traces } from "./end.ts";

const mostBytes = 64 * 1024;
const [lockShared, lockNoWait, eagain] = [1, 4, -11];

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

/**
 * Whether the process that copies an engine's reports has not copied the last of them: it holds a lock on the file until the
 * engine has exited and all is there (native/launcher/reports.c).
 */
export function isBeingCopied(report: string | undefined): boolean {
  const fd = report === undefined ? undefined : tried(() => openRegularFile(report));
  if (fd === undefined) return false;
  const locked = native.flock(fd, lockShared | lockNoWait) === eagain;
  native.close(fd);
  return locked;
}

/** Whether they tell the end. */
export function tellEnd({ report, exit }: Partial<Traces>): boolean {
  return (exit ?? "").trim() !== "" || endOf(parseReports(report ?? "")) !== undefined;
}

/** The text of a file, as far as it is there and no larger than such files are. */
export function textOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : tried(() => linuxFiles.readText(path, { maxBytes: mostBytes }));
}

/** When a file was written last, in microseconds since 1970. */
export function timeOf(path: string | undefined): number | undefined {
  const fd = path === undefined ? undefined : tried(() => openRegularFile(path));
  if (fd === undefined) return undefined;
  const stat = new BigInt64Array(statFields.count);
  const result = native.fstat(fd, stat);
  native.close(fd);
  return result < 0 ? undefined : Number((stat[statFields.mtim] ?? 0n) / 1000n);
}

// What is no regular file, or is too large, is none that a container has left of its end.
function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WrunError) return undefined;
    throw error;
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
