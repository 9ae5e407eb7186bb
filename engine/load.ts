import { WrunError } from "../oci/error.ts";
import type { Grant } from "../oci/grant.ts";
import { deferStart } from "./module/start-section.ts";
import { kindOf } from "./module/kind.ts";
import { limitMemory } from "./module/memory-limit.ts";
import { missingImportsError } from "./module/missing.ts";
import { readModuleImports } from "./module/module.ts";
import { whyNot } from "./module/refusal.ts";
import { missingImports } from "./module/runnable.ts";
import { readSections } from "./module/sections.ts";

/**
 * The module as it will be compiled: proven to be one that has its imports here, with memory limited as
 * granted. A text (WAT) takes its translator, and so a promise.
 */
export function prepareModule(bytes: Uint8Array, grant: Grant): Uint8Array | Promise<Uint8Array> {
  const kind = kindOf(bytes);
  if (kind === "module") return prepareBinary(bytes, grant);
  if (kind === "wat") return prepareText(bytes, grant);
  throw new WrunError("invalid", whyNot[kind]);
}

async function prepareText(text: Uint8Array, grant: Grant): Promise<Uint8Array> {
  const { assemble } = await import("./module/wat.ts");
  return prepareBinary(await assemble(text), grant);
}

function prepareBinary(bytes: Uint8Array, grant: Grant): Uint8Array {
  const sections = readSections(bytes);
  const missing = missingImports(readModuleImports(bytes, sections));
  if (missing[0] !== undefined) throw missingImportsError(missing[0], missing.length);
  const limited = grant.limits.memory === undefined ? bytes : limitMemory(bytes, grant.limits.memory);
  return deferStart(limited, limited === bytes ? sections : readSections(limited));
}
