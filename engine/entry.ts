import { WrunError } from "../oci/error.ts";
import type { Grant } from "../oci/grant.ts";
import { quote } from "../oci/note.ts";
import type { CompiledModule, ExportName } from "./engine.ts";
import { startExport } from "./module/start-section.ts";

/** The functions to call, in order. Only the last one's results are of interest, and only where `invoked`. */
export interface Entry {
  readonly before: readonly string[];
  readonly name: string;
  readonly invoked: boolean;
}

/**
 * Chooses what to call: the named function, else a command's `_start`. A reactor's `_initialize` comes
 * before any other call. https://github.com/WebAssembly/WASI/blob/main/legacy/application-abi.md
 */
export function chooseEntry(module: CompiledModule, grant: Grant): Entry {
  const has = (name: string): boolean =>
    module.exports.some((entry) => entry.name === name && entry.kind === "function");
  const name = grant.invoke ?? "_start";
  if (!has(name)) throw noEntry(module.exports, grant);
  const initialize = has("_initialize") && !has("_start") && name !== "_initialize";
  const before = [startExport, "_initialize"].filter((first) =>
    first === startExport ? has(first) : initialize,
  );
  return { before, name, invoked: grant.invoke !== undefined && name !== "_start" };
}

function noEntry(exports: readonly ExportName[], grant: Grant): WrunError {
  const names = exports
    .filter((entry) => entry.kind === "function" && entry.name !== startExport)
    .map((entry) => quote(entry.name));
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? `, and ${names.length - 8} more` : "");
  const offers = names.length === 0 ? "it exports no function" : `it exports ${shown}`;
  if (grant.invoke !== undefined)
    return new WrunError("not-found", `it has no function ${quote(grant.invoke)}: ${offers}`);
  return new WrunError("invalid", `it has no _start: name a function to call (--invoke NAME); ${offers}`);
}
