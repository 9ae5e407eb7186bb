import type { EngineReport } from "../oci/report.ts";
import { dialectOf } from "./module/dialect.ts";
import { readModuleImports } from "./module/module.ts";
import { readSections } from "./module/sections.ts";

/** Describes the module of a file: the bytes of `file`, and `module` as it was compiled. */
export async function describeModule(file: Uint8Array, module: Uint8Array): Promise<EngineReport> {
  const hash = await crypto.subtle.digest("SHA-256", file as Uint8Array<ArrayBuffer>);
  const digest = `sha256:${Buffer.from(hash).toString("hex")}`;
  const dialect = dialectOf(readModuleImports(module, readSections(module)));
  return { report: "described", digest, size: file.length, dialect };
}
