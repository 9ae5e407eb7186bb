import { Reader } from "./reader.ts";
import { sectionIds } from "./sections.ts";
import type { Section } from "./sections.ts";

/** A custom section: tools' notes, which the standard says must never keep a module from running. */
export interface CustomSection {
  readonly name: string;
  readonly size: number;
  /** Where its content lies after the name. */
  readonly start: number;
  readonly end: number;
}

/** The custom sections in the order of the file. */
export function readCustoms(bytes: Uint8Array, sections: readonly Section[]): CustomSection[] {
  return sections
    .filter((section) => section.id === sectionIds.custom)
    .map((section) => {
      const reader = new Reader(bytes, section.content, section.end);
      const name = reader.name();
      return { name, size: section.end - section.content, start: reader.at, end: section.end };
    });
}

/**
 * What made the module, as `language C11`, `processed-by clang 14.0.6`. Empty where the section is broken.
 * https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md
 */
export function readProducers(bytes: Uint8Array, customs: readonly CustomSection[]): string[] {
  const section = customs.find((custom) => custom.name === "producers");
  if (section === undefined) return [];
  return readOr([], () => new Reader(bytes, section.start, section.end).vector(readProducerField).flat());
}

function readProducerField(reader: Reader): string[] {
  const field = reader.name();
  return reader.vector((at) => `${field} ${at.name()} ${at.name()}`.trimEnd());
}

const nameSubsections = { module: 0, function: 1 } as const;

/**
 * The name that the module gives itself in its `name` section.
 * https://webassembly.github.io/spec/core/appendix/custom.html#name-section
 */
export function readModuleName(bytes: Uint8Array, customs: readonly CustomSection[]): string | undefined {
  return readOr(undefined, () => nameSubsection(bytes, customs, nameSubsections.module)?.name());
}

/** The names of functions by index. Empty where the module has none, or the section is broken. */
export function readFunctionNames(
  bytes: Uint8Array,
  customs: readonly CustomSection[],
): ReadonlyMap<number, string> {
  return readOr(new Map<number, string>(), () => {
    const reader = nameSubsection(bytes, customs, nameSubsections.function);
    return new Map(reader?.vector((at) => [at.u32(), at.name()] as const) ?? []);
  });
}

function nameSubsection(
  bytes: Uint8Array,
  customs: readonly CustomSection[],
  wanted: number,
): Reader | undefined {
  const section = customs.find((custom) => custom.name === "name");
  if (section === undefined) return undefined;
  const reader = new Reader(bytes, section.start, section.end);
  while (!reader.done) {
    const id = reader.u8();
    const content = reader.slice(reader.u32());
    if (id === wanted) return content;
  }
  return undefined;
}

function readOr<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}
