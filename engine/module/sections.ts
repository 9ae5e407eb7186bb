import { malformed, Reader } from "./reader.ts";

/** A section's number in the binary format. */
export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** Where one section lies: `start` is its id byte, `content` the first byte after its size. */
export interface Section {
  readonly id: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

// The order that the standard prescribes; custom sections may stand anywhere.
// https://webassembly.github.io/spec/core/binary/modules.html#binary-module
const order: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** The sections of a core module, whose first eight bytes have been looked at (kind.ts). */
export function readSections(bytes: Uint8Array): Section[] {
  const reader = new Reader(bytes, 8);
  const sections: Section[] = [];
  let last = -1;
  while (!reader.done) {
    const section = readSection(reader);
    sections.push(section);
    if (section.id !== sectionIds.custom) last = checkOrder(section, last);
  }
  return sections;
}

function readSection(reader: Reader): Section {
  const start = reader.at;
  const id = reader.u8();
  const size = reader.u32();
  const content = reader.at;
  if (size > reader.end - content) throw malformed(`section ${id} is cut short`, start);
  reader.skip(size);
  return { id, start, content, end: reader.at };
}

function checkOrder(section: Section, last: number): number {
  const place = order.indexOf(section.id);
  if (place < 0) throw malformed(`section ${section.id} is unknown`, section.start);
  if (place <= last) throw malformed(`section ${section.id} stands out of order`, section.start);
  return place;
}

/** A reader of the one section with this id, if the module has it. */
export function sectionReader(
  bytes: Uint8Array,
  sections: readonly Section[],
  id: number,
): Reader | undefined {
  const section = sections.find((candidate) => candidate.id === id);
  return section && new Reader(bytes, section.content, section.end);
}
