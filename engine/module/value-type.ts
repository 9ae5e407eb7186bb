import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";

/** A value type as the text format spells it: `i32`, `funcref`, `(ref null 3)`. */
export type ValueType = string;

/** A function's parameters and results. */
export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

// https://webassembly.github.io/spec/core/binary/types.html
const heapTypes: Readonly<Record<number, string>> = {
  0x74: "noexn",
  0x73: "nofunc",
  0x72: "noextern",
  0x71: "none",
  0x70: "func",
  0x6f: "extern",
  0x6e: "any",
  0x6d: "eq",
  0x6c: "i31",
  0x6b: "struct",
  0x6a: "array",
  0x69: "exn",
};
const numberTypes: Readonly<Record<number, string>> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
};

export function readValueType(reader: Reader): ValueType {
  const start = reader.at;
  const byte = reader.u8();
  const short = numberTypes[byte] ?? shortReference(byte);
  if (short !== undefined) return short;
  if (byte === 0x63) return `(ref null ${readHeapType(reader)})`;
  if (byte === 0x64) return `(ref ${readHeapType(reader)})`;
  throw malformed(`value type 0x${byte.toString(16)} is unknown`, start);
}

function shortReference(byte: number): string | undefined {
  const heap = heapTypes[byte];
  return heap === undefined ? undefined : `${heap}ref`;
}

// A heap type is a signed number of 33 bits: negative for the abstract ones, else the index of a type.
function readHeapType(reader: Reader): string {
  const first = reader.bytes[reader.at] ?? 0;
  const abstract = heapTypes[first];
  if (abstract !== undefined) {
    reader.skip(1);
    return abstract;
  }
  return String(reader.u32());
}

/** The type section: one entry for each type index, undefined for those that are no function. */
export function readTypes(reader: Reader): (FunctionType | undefined)[] {
  const types: (FunctionType | undefined)[] = [];
  const groups = reader.count();
  for (let group = 0; group < groups; group++) readGroup(reader, types);
  reader.expectEnd("the type section");
  return types;
}

function readGroup(reader: Reader, types: (FunctionType | undefined)[]): void {
  if (reader.bytes[reader.at] !== 0x4e) {
    types.push(readSubType(reader));
    return;
  }
  reader.skip(1);
  for (let left = reader.count(); left > 0; left--) types.push(readSubType(reader));
}

function readSubType(reader: Reader): FunctionType | undefined {
  const form = reader.u8();
  if (form !== 0x50 && form !== 0x4f) return readComposite(reader, form);
  for (let left = reader.count(); left > 0; left--) reader.u32();
  return readComposite(reader, reader.u8());
}

function readComposite(reader: Reader, form: number): FunctionType | undefined {
  switch (form) {
    case 0x60:
      return { parameters: reader.vector(readValueType), results: reader.vector(readValueType) };
    case 0x5f:
      reader.vector(readField);
      return undefined;
    case 0x5e:
      readField(reader);
      return undefined;
    default:
      throw malformed(`type form 0x${form.toString(16)} is unknown`, reader.at - 1);
  }
}

// A field may also be packed, i8 (0x78) or i16 (0x77), and ends with its mutability.
function readField(reader: Reader): void {
  const first = reader.bytes[reader.at];
  if (first === 0x78 || first === 0x77) reader.skip(1);
  else readValueType(reader);
  if (reader.u8() > 1) throw malformed("a mutability is neither 0 nor 1", reader.at - 1);
}

/** `(i32, i64) -> i32` */
export function formatFunctionType(type: FunctionType): string {
  const results = type.results.length === 1 ? type.results[0] : `(${type.results.join(", ")})`;
  return `(${type.parameters.join(", ")}) -> ${results}`;
}
