import type { ExternType, Import } from "./imports.ts";
import { readLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { sectionIds, sectionReader } from "./sections.ts";
import type { Section } from "./sections.ts";
import type { FunctionType } from "./value-type.ts";

/** What an export is. Tables, globals and tags are named by their index only: nothing that we do needs more. */
export type ExportedExtern =
  | { readonly kind: "function"; readonly index: number; readonly type: FunctionType | undefined }
  | { readonly kind: "memory"; readonly index: number; readonly limits: Limits }
  | { readonly kind: "table" | "global" | "tag"; readonly index: number };

/** One export. */
export interface Export {
  readonly name: string;
  readonly extern: ExportedExtern;
}

/** The index spaces that exports point into, imports first. */
export interface IndexSpaces {
  readonly functions: readonly (FunctionType | undefined)[];
  readonly memories: readonly Limits[];
}

/** Functions and memories by index. */
export function readIndexSpaces(
  bytes: Uint8Array,
  sections: readonly Section[],
  known: { readonly imports: readonly Import[]; readonly types: readonly (FunctionType | undefined)[] },
): IndexSpaces {
  const imported = (kind: ExternType["kind"]): ExternType[] =>
    known.imports.map((entry) => entry.extern).filter((extern) => extern.kind === kind);
  const functions = imported("function").map((extern) =>
    extern.kind === "function" ? extern.type : undefined,
  );
  const memories = imported("memory").flatMap((extern) => (extern.kind === "memory" ? [extern.limits] : []));
  return {
    functions: [...functions, ...readFunctions(bytes, sections, known.types)],
    memories: [...memories, ...readMemories(bytes, sections)],
  };
}

function readFunctions(
  bytes: Uint8Array,
  sections: readonly Section[],
  types: readonly (FunctionType | undefined)[],
): (FunctionType | undefined)[] {
  const reader = sectionReader(bytes, sections, sectionIds.function);
  return reader === undefined ? [] : reader.vector((at) => typeAt(at, types));
}

function typeAt(reader: Reader, types: readonly (FunctionType | undefined)[]): FunctionType | undefined {
  const index = reader.u32();
  if (index >= types.length) throw malformed(`type ${index} does not exist`, reader.at);
  return types[index];
}

/** The memories that the module defines itself. */
export function readMemories(bytes: Uint8Array, sections: readonly Section[]): Limits[] {
  const reader = sectionReader(bytes, sections, sectionIds.memory);
  if (reader === undefined) return [];
  const memories = reader.vector(readLimits);
  reader.expectEnd("the memory section");
  return memories;
}

/** The export section. */
export function readExports(reader: Reader, spaces: IndexSpaces): Export[] {
  const exports = reader.vector((at) => ({ name: at.name(), extern: readExported(at, spaces) }));
  reader.expectEnd("the export section");
  return exports;
}

const kinds = ["function", "table", "memory", "global", "tag"] as const;

function readExported(reader: Reader, spaces: IndexSpaces): ExportedExtern {
  const start = reader.at;
  const kind = kinds[reader.u8()];
  const index = reader.u32();
  if (kind === undefined) throw malformed("an export kind is unknown", start);
  if (kind === "function") {
    if (index >= spaces.functions.length) throw malformed(`function ${index} does not exist`, start);
    return { kind, index, type: spaces.functions[index] };
  }
  if (kind !== "memory") return { kind, index };
  const limits = spaces.memories[index];
  if (limits === undefined) throw malformed(`memory ${index} does not exist`, start);
  return { kind, index, limits };
}
