import { formatInspection } from "../../engine/module/inspect-text.ts";
import { inspect } from "../../engine/module/inspect.ts";
import { mostModuleBytes } from "../../engine/module/kind.ts";
import { atFdcwd, native } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { ArgvReader } from "./argv.ts";
import type { Flag } from "./argv.ts";
import { print } from "./print.ts";

const format: Flag = { names: ["--format", "-f"], value: "text|json", help: "how to show it" };

/** `wrun inspect FILE`: what the file is and whether it can run here. 1 where it cannot. */
export async function inspectVerb(args: readonly string[]): Promise<number> {
  const reader = new ArgvReader(args);
  const path = reader.word([format]);
  const surplus = reader.word([format]);
  if (path === undefined || surplus !== undefined)
    throw new WrunError("invalid", "usage: wrun inspect [--format text|json] FILE");
  const style = reader.flags.value("--format") ?? "text";
  if (style !== "text" && style !== "json")
    throw new WrunError("invalid", `--format: ${quote(style)} is neither text nor json`);
  const inspection = await inspect(readFile(path));
  print(style === "json" ? `${JSON.stringify(inspection, undefined, 2)}\n` : formatInspection(inspection));
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
