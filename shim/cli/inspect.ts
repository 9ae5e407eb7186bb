import { formatInspection } from "../../engine/module/inspect-text.ts";
import { inspect } from "../../engine/module/inspect.ts";
import { mostModuleBytes } from "../../engine/module/kind.ts";
import { atFdcwd, native } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import { systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import type { Call } from "./call.ts";
import { oneOf } from "./global-flags.ts";

/** `wrun inspect FILE`: what the file is and whether it can run here. 1 where it cannot. */
export async function inspectVerb({ flags, operands, print }: Call): Promise<number> {
  const format = oneOf(flags, "--format", ["text", "json"]) ?? "text";
  const inspection = await inspect(readFile(operands[0] ?? ""));
  const text =
    format === "json" ? `${JSON.stringify(inspection, undefined, 2)}\n` : formatInspection(inspection);
  print(text);
  return inspection.runs ? 0 : 1;
}

function readFile(path: string): Uint8Array {
  const fd = native.openat(atFdcwd, path, open.readOnly | open.noTerminal, 0);
  if (fd < 0) throw systemError(fd, "open", path);
  const bytes = readAll(fd, mostModuleBytes);
  native.close(fd);
  if (typeof bytes === "number") throw systemError(bytes, "read", path);
  return bytes;
}
