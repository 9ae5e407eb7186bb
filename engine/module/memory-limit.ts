import { WrunError } from "../../oci/error.ts";
import { readMemories } from "./exports.ts";
import type { Import } from "./imports.ts";
import { leb128, writeLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { readModuleImports } from "./module.ts";
import { sectionBytes, splice } from "./rewrite.ts";
import type { Splice } from "./rewrite.ts";
import { readSections, sectionIds } from "./sections.ts";
import type { Section } from "./sections.ts";
import { limitTables } from "./table-limit.ts";

/** Tables lie outside of linear memory: an eighth of the limit is theirs beside it, and no more than this. */
const mostForTables = 16 * 2 ** 20;

/**
 * The same module with the declared maximum of its memories lowered to `limit` bytes, so that `memory.grow`
 * past it answers -1 and malloc NULL, and that of its tables likewise. What tables need beyond their own share to start is
 * taken from the memories'. The module itself comes back where nothing needs to change.
 */
export function limitMemory(bytes: Uint8Array, limit: number): Uint8Array {
  const sections = readSections(bytes);
  const imports = readModuleImports(bytes, sections);
  const imported = imports.flatMap(({ extern }) => (extern.kind === "memory" ? [extern.limits] : []));
  const memories = [...imported, ...readMemories(bytes, sections)];
  const tables = limitTables(bytes, sections, BigInt(Math.floor(Math.min(limit / 8, mostForTables))));
  const lowered = share(memories, { limit, taken: tables.excess });
  const unchanged = lowered.every((limits, index) => limits === memories[index]);
  const splices = unchanged
    ? tables.splices
    : [
        ...inImports(bytes, sections, { imports, limits: lowered.slice(0, imported.length) }),
        ...tables.splices,
        ...inMemories(sections, lowered.slice(imported.length)),
      ];
  return splices.length === 0 ? bytes : splice(bytes, splices);
}

// Several memories share the limit: each keeps what it starts with, and the first may use all that is left.
// (Nearly every module has one.)
function share(
  memories: readonly Limits[],
  { limit, taken }: { readonly limit: number; readonly taken: bigint },
): Limits[] {
  const needed = memories.reduce((sum, limits) => sum + limits.min * pageBytes(limits), taken);
  if (needed > BigInt(limit)) throw tooSmall(needed, limit);
  let left = BigInt(limit) - needed;
  return memories.map((limits) => {
    const most = limits.min + left / pageBytes(limits);
    left = 0n;
    return limits.max !== undefined && limits.max <= most ? limits : { ...limits, max: most };
  });
}

function pageBytes(limits: Limits): bigint {
  return 1n << BigInt(Math.min(limits.pageLog2 ?? 16, 16));
}

function tooSmall(needed: bigint, limit: number): WrunError {
  return new WrunError(
    "unsupported",
    `it needs ${mebibytes(needed)} of memory to start, and its limit is ${mebibytes(BigInt(limit))}`,
  );
}

function mebibytes(bytes: bigint): string {
  return `${Math.round(Number(bytes) / (2 ** 20 / 100)) / 100} MiB`;
}

function inMemories(sections: readonly Section[], memories: readonly Limits[]): Splice[] {
  const section = sections.find((candidate) => candidate.id === sectionIds.memory);
  if (section === undefined) return [];
  const content = [...leb128(BigInt(memories.length)), ...memories.flatMap(writeLimits)];
  return [replaceSection(section, Uint8Array.from(content))];
}

// The import section stays as it is but for the limits of the memories in it.
function inImports(
  bytes: Uint8Array,
  sections: readonly Section[],
  lowered: { readonly imports: readonly Import[]; readonly limits: readonly Limits[] },
): Splice[] {
  const section = sections.find((candidate) => candidate.id === sectionIds.import);
  if (section === undefined || lowered.limits.length === 0) return [];
  const memories = lowered.imports.filter((entry) => entry.extern.kind === "memory");
  const within = memories.flatMap((entry, index) => {
    const limits = lowered.limits[index];
    if (limits === undefined) return [];
    const [start, end] = [entry.typeStart - section.content, entry.typeEnd - section.content];
    return [{ start, end, bytes: Uint8Array.from(writeLimits(limits)) }];
  });
  return [replaceSection(section, splice(bytes.subarray(section.content, section.end), within))];
}

function replaceSection(section: Section, content: Uint8Array): Splice {
  return { start: section.start, end: section.end, bytes: sectionBytes(section.id, content) };
}
