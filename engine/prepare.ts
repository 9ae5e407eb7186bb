import { WrunError } from "../oci/error.ts";
import type { Grant } from "../oci/grant.ts";
import { kindOf } from "./module/kind.ts";
import { limitMemory } from "./module/memory-limit.ts";
import { missingImportsError } from "./module/missing.ts";
import { readModuleImports } from "./module/module.ts";
import { whyNot } from "./module/refusal.ts";
import { missingImports } from "./module/runnable.ts";
import { readSections } from "./module/sections.ts";
import { deferStart } from "./module/start-section.ts";

/**
 * The module as it will be compiled, from a file that needs a closer look: text translated, proven to have
 * its imports here, memory limited as granted, and its start function deferred.
 */
export async function prepareModule(bytes: Uint8Array, grant: Grant): Promise<Uint8Array> {
  const kind = kindOf(bytes);
  if (kind === "module") return prepareBinary(bytes, grant);
  if (kind !== "wat") throw new WrunError("invalid", whyNot[kind]);
  const { assemble } = await import("./module/wat.ts");
  return prepareBinary(await assemble(bytes), grant);
}

function prepareBinary(bytes: Uint8Array, grant: Grant): Uint8Array {
  const sections = readSections(bytes);
  const missing = missingImports(readModuleImports(bytes, sections));
  if (missing[0] !== undefined) throw missingImportsError(missing[0], missing.length);
  const limited = grant.limits.memory === undefined ? bytes : limitMemory(bytes, grant.limits.memory);
  return deferStart(limited, limited === bytes ? sections : readSections(limited));
}
