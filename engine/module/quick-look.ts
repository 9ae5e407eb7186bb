import { kindOf } from "./kind.ts";
import { preview1Functions, preview1Module } from "./preview1.ts";
import { malformed, Reader } from "./reader.ts";
import { sectionIds } from "./sections.ts";

/**
 * Whether a module can be compiled as it is: all that it imports are functions of preview 1 of the right types,
 * and it has no start function. Every start comes by here, so it is one pass that keeps nothing; `false`
 * says no more than that a closer look is needed (prepare.ts).
 */
export function runsAsItIs(bytes: Uint8Array): boolean {
  if (kindOf(bytes) !== "module") return false;
  try {
    return look(new Reader(bytes, 8));
  } catch {
    return false;
  }
}

function look(reader: Reader): boolean {
  let types: readonly string[] = [];
  while (!reader.done) {
    const id = reader.u8();
    const size = reader.u32();
    const end = reader.at + size;
    if (id === sectionIds.start) return false;
    if (id === sectionIds.type) types = readSignatures(reader);
    if (id === sectionIds.import && !knowsImports(reader, types)) return false;
    reader.skip(end - reader.at);
  }
  return true;
}

const functionForm = 0x60;
// The value types of one byte. 63 and 64 begin longer ones:
// https://webassembly.github.io/spec/core/binary/types.html#reference-types
const [shortest, longest] = [0x65, 0x7f];

function readSignatures(reader: Reader): readonly string[] {
  const types: string[] = [];
  for (let left = reader.count(); left > 0; left--) {
    if (reader.u8() !== functionForm) return types;
    types.push(`${readLetters(reader)}:${readLetters(reader)}`);
  }
  return types;
}

function readLetters(reader: Reader): string {
  let letters = "";
  for (let left = reader.count(); left > 0; left--) {
    const type = reader.u8();
    // More bytes may follow. Taken for something else, they would shift all that comes after.
    if (type < shortest || type > longest) throw malformed("a value type is not one byte", reader.at);
    letters += type === 0x7f ? "i" : type === 0x7e ? "I" : "?";
  }
  return letters;
}

function knowsImports(reader: Reader, types: readonly string[]): boolean {
  for (let left = reader.count(); left > 0; left--) {
    const module = reader.name();
    const name = reader.name();
    if (module !== preview1Module || reader.u8() !== 0) return false;
    const type = types[reader.u32()] ?? "?";
    if (name.includes(" ") || !preview1Functions.includes(` ${name}:${type} `)) return false;
  }
  return true;
}
