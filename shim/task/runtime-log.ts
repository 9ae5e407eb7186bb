import { linuxFiles } from "../host/files.ts";
import type { HostPath } from "../../oci/grant.ts";
import { oneLine } from "../one-line.ts";

type Entry = Readonly<Record<string, unknown>>;

/** How often the scanner may look at each character of a log that is damaged. */
const maxScans = 16;

/**
 * The last error in a log of crun's or runc's (--log-format json: `{"msg","level","time"}`), in one line; undefined where
 * there is none. It is the entry that containerd-shim-runc-v2 reports (process/utils.go, getLastRuntimeError).
 */
export function lastError(log: HostPath): string | undefined {
  return lastErrorIn(linuxFiles.readText(log) ?? "");
}

/**
 * The same of a text. runc, and crun up to 1.27, write an entry in one line; crun from 1.28 on, which uses json-c, in
 * several. What is no entry is skipped: text of other programs, and an entry that is cut off.
 */
export function lastErrorIn(text: string): string | undefined {
  const messages = objectsIn(text).flatMap(({ level, msg }) =>
    level === "error" && typeof msg === "string" ? [msg] : [],
  );
  const last = messages.at(-1)?.trim();
  return last === undefined || last === "" ? undefined : oneLine(last);
}

/** The JSON objects in a text, in their order; not those inside of others. */
function objectsIn(text: string): readonly Entry[] {
  const found: Entry[] = [];
  let scansLeft = maxScans * text.length;
  for (let at = text.indexOf("{"); at >= 0 && scansLeft > 0;) {
    const end = endOfObject(text, at);
    scansLeft -= Math.abs(end) - at;
    const object = end < 0 ? undefined : parsed(text.slice(at, end));
    if (object !== undefined) found.push(object);
    at = text.indexOf("{", object === undefined ? at + 1 : end);
  }
  return found;
}

/**
 * Where the object that begins at `start` ends; where it cannot be one, the negative of how far the text was looked at.
 * A string of JSON holds no control character, so one that is cut off ends with its line.
 */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? "";
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
      else if (character < " ") return -at;
    } else if (character === '"') inString = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at + 1;
  }
  return -text.length;
}

function parsed(text: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
