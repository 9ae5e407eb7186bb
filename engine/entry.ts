import { WrunError } from "../oci/error.ts";
import type { Grant } from "../oci/grant.ts";
import { quote } from "../oci/note.ts";
import type { Instance } from "./engine.ts";
import { startExport } from "./module/start-section.ts";

/** The functions to call, in order. Only the last one's results are of interest, and only where `invoked`. */
export interface Entry {
  readonly before: readonly string[];
  readonly name: string;
  readonly invoked: boolean;
}

/**
 * Chooses what to call: the named function, else a command's `_start`. A reactor's `_initialize` comes
 * before any other call. All but the named one take nothing.
 * https://github.com/WebAssembly/WASI/blob/main/legacy/application-abi.md
 */
export function chooseEntry(instance: Instance, grant: Grant): Entry {
  const name = grant.invoke ?? "_start";
  if (instance.parameterCount(name) === undefined) throw noEntry(instance, grant);
  const invoked = name !== "_start";
  const before = [startExport, ...(invoked ? initializer(instance, name) : [])].filter(
    (first) => instance.parameterCount(first) !== undefined,
  );
  for (const called of invoked ? before : [...before, name])
    if (instance.parameterCount(called) !== 0)
      throw new WrunError("invalid", `its function ${quote(called)} must take no parameters`);
  return { before, name, invoked };
}

function initializer(instance: Instance, name: string): readonly string[] {
  return name === "_initialize" || instance.parameterCount("_start") !== undefined ? [] : ["_initialize"];
}

function noEntry(instance: Instance, grant: Grant): WrunError {
  const names = instance
    .functions()
    .filter((name) => name !== startExport)
    .map(quote);
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? `, and ${names.length - 8} more` : "");
  const offers = names.length === 0 ? "it exports no function" : `it exports ${shown}`;
  if (grant.invoke !== undefined)
    return new WrunError("not-found", `it has no function ${quote(grant.invoke)}: ${offers}`);
  return new WrunError("invalid", `it has no _start: name a function to call (--invoke NAME); ${offers}`);
}
