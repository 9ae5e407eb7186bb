import { readLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { malformed } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { readValueType } from "./value-type.ts";
import type { FunctionType, ValueType } from "./value-type.ts";

/** What can be imported or exported, with its type where it is known. */
export type ExternType =
  | { readonly kind: "function"; readonly type: FunctionType | undefined }
  | { readonly kind: "table"; readonly element: ValueType; readonly limits: Limits }
  | { readonly kind: "memory"; readonly limits: Limits }
  | { readonly kind: "global"; readonly value: ValueType; readonly mutable: boolean }
  | { readonly kind: "tag"; readonly type: FunctionType | undefined };

/** One import. */
export interface Import {
  readonly module: string;
  readonly name: string;
  readonly extern: ExternType;
  /** Where its type lies in the file, after the byte for its kind. */
  readonly typeStart: number;
  readonly typeEnd: number;
}

/** The import section. */
export function readImports(reader: Reader, types: readonly (FunctionType | undefined)[]): Import[] {
  const imports = reader.vector((at) => readImport(at, types));
  reader.expectEnd("the import section");
  return imports;
}

function readImport(reader: Reader, types: readonly (FunctionType | undefined)[]): Import {
  const module = reader.name();
  const name = reader.name();
  const typeStart = reader.at + 1;
  const extern = readExtern(reader, types);
  return { module, name, extern, typeStart, typeEnd: reader.at };
}

function readExtern(reader: Reader, types: readonly (FunctionType | undefined)[]): ExternType {
  const kind = reader.u8();
  switch (kind) {
    case 0:
      return { kind: "function", type: functionType(reader, types) };
    case 1:
      return { kind: "table", element: readValueType(reader), limits: readLimits(reader) };
    case 2:
      return { kind: "memory", limits: readLimits(reader) };
    case 3:
      return { kind: "global", value: readValueType(reader), mutable: reader.u8() === 1 };
    case 4:
      reader.u8();
      return { kind: "tag", type: functionType(reader, types) };
    default:
      throw malformed(`import kind ${kind} is unknown`, reader.at - 1);
  }
}

function functionType(
  reader: Reader,
  types: readonly (FunctionType | undefined)[],
): FunctionType | undefined {
  const start = reader.at;
  const index = reader.u32();
  if (index >= types.length) throw malformed(`type ${index} does not exist`, start);
  return types[index];
}
