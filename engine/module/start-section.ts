import { leb128 } from "./limits.ts";
import { Reader } from "./reader.ts";
import { sectionBytes, splice } from "./rewrite.ts";
import type { Splice } from "./rewrite.ts";
import { sectionIds } from "./sections.ts";
import type { Section } from "./sections.ts";

/** The name under which a module's start function is exported by deferStart(). */
export const startExport = "wrun:start";

/**
 * The same module with its start function exported instead of named in the start section. Instantiation
 * then runs no guest code: it can be done before the container's `start`, and by the time that the function
 * runs the host has the memory that its calls write to. The module itself comes back where it has none.
 */
export function deferStart(bytes: Uint8Array, sections: readonly Section[]): Uint8Array {
  const start = sections.find((section) => section.id === sectionIds.start);
  if (start === undefined) return bytes;
  const entry = exportEntry(new Reader(bytes, start.content, start.end).u32());
  const exports = sections.find((section) => section.id === sectionIds.export);
  if (exports === undefined) {
    const added = sectionBytes(sectionIds.export, Uint8Array.from([1, ...entry]));
    return splice(bytes, [{ start: start.start, end: start.end, bytes: added }]);
  }
  return splice(bytes, [
    appendExport(bytes, exports, entry),
    { start: start.start, end: start.end, bytes: new Uint8Array() },
  ]);
}

function exportEntry(functionIndex: number): number[] {
  const name = Array.from(startExport, (character) => character.charCodeAt(0));
  return [name.length, ...name, 0, ...leb128(BigInt(functionIndex))];
}

function appendExport(bytes: Uint8Array, exports: Section, entry: readonly number[]): Splice {
  const reader = new Reader(bytes, exports.content, exports.end);
  const count = leb128(BigInt(reader.u32() + 1));
  const content = new Uint8Array(count.length + (exports.end - reader.at) + entry.length);
  content.set(count);
  content.set(bytes.subarray(reader.at, exports.end), count.length);
  content.set(entry, content.length - entry.length);
  return {
    start: exports.start,
    end: exports.end,
    bytes: sectionBytes(sectionIds.export, content),
  };
}
