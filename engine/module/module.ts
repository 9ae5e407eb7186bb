import { readCustoms } from "./customs.ts";
import type { CustomSection } from "./customs.ts";
import { readExports, readIndexSpaces } from "./exports.ts";
import type { Export } from "./exports.ts";
import { readImports } from "./imports.ts";
import type { Import } from "./imports.ts";
import type { Limits } from "./limits.ts";
import { readSections, sectionIds, sectionReader } from "./sections.ts";
import type { Section } from "./sections.ts";
import { readTypes } from "./value-type.ts";

/** What a core module says of itself, read without compiling it. */
export interface ModuleInfo {
  readonly imports: readonly Import[];
  readonly exports: readonly Export[];
  /** Imported memories first, as in the index space. */
  readonly memories: readonly Limits[];
  /** How many functions the module defines. */
  readonly functionCount: number;
  /** The function that runs at instantiation. */
  readonly start?: number;
  readonly customs: readonly CustomSection[];
  readonly codeSize: number;
  readonly dataSize: number;
}

/** Just the imports, as the engine checks them before every start. */
export function readModuleImports(bytes: Uint8Array, sections: readonly Section[]): Import[] {
  const imports = sectionReader(bytes, sections, sectionIds.import);
  if (imports === undefined) return [];
  const types = sectionReader(bytes, sections, sectionIds.type);
  return readImports(imports, types === undefined ? [] : readTypes(types));
}

/** Reads the whole of a core module but its code and data. */
export function readModule(bytes: Uint8Array): ModuleInfo {
  const sections = readSections(bytes);
  const typeReader = sectionReader(bytes, sections, sectionIds.type);
  const types = typeReader === undefined ? [] : readTypes(typeReader);
  const importReader = sectionReader(bytes, sections, sectionIds.import);
  const imports = importReader === undefined ? [] : readImports(importReader, types);
  const spaces = readIndexSpaces(bytes, sections, { imports, types });
  const exportReader = sectionReader(bytes, sections, sectionIds.export);
  const start = sectionReader(bytes, sections, sectionIds.start)?.u32();
  return {
    imports,
    exports: exportReader === undefined ? [] : readExports(exportReader, spaces),
    memories: spaces.memories,
    functionCount: sectionReader(bytes, sections, sectionIds.function)?.u32() ?? 0,
    ...(start === undefined ? {} : { start }),
    customs: readCustoms(bytes, sections),
    codeSize: sizeOf(sections, sectionIds.code),
    dataSize: sizeOf(sections, sectionIds.data),
  };
}

function sizeOf(sections: readonly Section[], id: number): number {
  const section = sections.find((candidate) => candidate.id === id);
  return section === undefined ? 0 : section.end - section.content;
}
