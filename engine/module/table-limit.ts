import { readLimits, writeLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { sectionBytes, splice } from "./rewrite.ts";
import type { Splice } from "./rewrite.ts";
import { sectionIds, sectionReader } from "./sections.ts";
import type { Section } from "./sections.ts";
import { readValueType } from "./value-type.ts";

/** A table that the module defines, and where its limits lie in the file. */
interface Table {
  readonly limits: Limits;
  readonly start: number;
  readonly end: number;
}

/** What the limits of a module's tables come to. */
export interface LimitedTables {
  /** Bytes that they take at the start, beyond those that are theirs. */
  readonly excess: bigint;
  readonly splices: readonly Splice[];
}

/** What an entry takes in JavaScriptCore at most: a function reference, 64 bytes; others, 16. */
const entryBytes = 64n;

/** The tables of a module with their maxima lowered, so that all together take `most` bytes, or what they start with. */
export function limitTables(bytes: Uint8Array, sections: readonly Section[], most: bigint): LimitedTables {
  const section = sections.find((candidate) => candidate.id === sectionIds.table);
  const reader = sectionReader(bytes, sections, sectionIds.table);
  if (section === undefined || reader === undefined) return { excess: 0n, splices: [] };
  const tables = reader.vector(readTable);
  reader.expectEnd("the table section");
  const needed = tables.reduce((sum, { limits }) => sum + limits.min * entryBytes, 0n);
  if (needed > most) return { excess: needed - most, splices: lower(bytes, section, { tables, more: 0n }) };
  const more = (most - needed) / entryBytes / BigInt(Math.max(tables.length, 1));
  return { excess: 0n, splices: lower(bytes, section, { tables, more }) };
}

// Each may grow by `more` entries: which of several does is not told beforehand.
function lower(
  bytes: Uint8Array,
  section: Section,
  { tables, more }: { readonly tables: readonly Table[]; readonly more: bigint },
): Splice[] {
  const within = tables.flatMap(({ limits, start, end }) => {
    const max = limits.min + more;
    if (limits.max !== undefined && limits.max <= max) return [];
    const written = Uint8Array.from(writeLimits({ ...limits, max }));
    return [{ start: start - section.content, end: end - section.content, bytes: written }];
  });
  if (within.length === 0) return [];
  const content = splice(bytes.subarray(section.content, section.end), within);
  return [{ start: section.start, end: section.end, bytes: sectionBytes(section.id, content) }];
}

const withInitialValue = 0x40;

// https://webassembly.github.io/spec/core/binary/modules.html#table-section
function readTable(reader: Reader): Table {
  const initial = reader.bytes[reader.at] === withInitialValue;
  if (initial) reader.skip(2);
  readValueType(reader);
  const start = reader.at;
  const limits = readLimits(reader);
  const end = reader.at;
  if (initial) skipInitialValue(reader);
  return { limits, start, end };
}

const opcode = {
  end: 0x0b,
  globalGet: 0x23,
  i32Const: 0x41,
  refNull: 0xd0,
  refFunc: 0xd2,
  refI31: 0xfb,
} as const;

// The constant expressions that give a reference, but for those that allocate one.
// https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions
function skipInitialValue(reader: Reader): void {
  for (;;) {
    const at = reader.at;
    switch (reader.u8()) {
      case opcode.end:
        return;
      case opcode.globalGet:
      case opcode.refFunc:
        reader.u32();
        break;
      case opcode.i32Const:
        reader.skipSigned(32);
        break;
      case opcode.refNull:
        reader.skipSigned(33);
        break;
      case opcode.refI31:
        if (reader.u32() === 28) break;
        throw unknownValue(at);
      default:
        throw unknownValue(at);
    }
  }
}

function unknownValue(at: number): Error {
  return malformed("the initial value of a table is unknown", at);
}
