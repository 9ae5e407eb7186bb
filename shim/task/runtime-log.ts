import { linuxFiles } from "../host/files.ts";
import type { HostPath } from "../../oci/grant.ts";
import { oneLine } from "../one-line.ts";

/** The last error in a log of crun's or runc's (--log-format json: `{"msg","level","time"}`), in one line. */
export function lastError(log: HostPath): string | undefined {
  return lastErrorIn(linuxFiles.readText(log) ?? "");
}

/** The same of a text: entries are one a line, and a foreign line is passed over. */
export function lastErrorIn(text: string): string | undefined {
  const errors = text.split("\n").flatMap((line) => {
    const entry = parsed(line);
    return entry["level"] === "error" && typeof entry["msg"] === "string" ? [entry["msg"]] : [];
  });
  const last = errors.at(-1)?.trim();
  return last === undefined || last === "" ? undefined : oneLine(last);
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
