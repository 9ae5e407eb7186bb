import type { Import } from "./imports.ts";
import { preview1Module, preview1Signature } from "./preview1.ts";
import { formatFunctionType } from "./value-type.ts";
import type { FunctionType } from "./value-type.ts";

/** An import that this engine cannot give. */
export interface MissingImport {
  readonly entry: Import;
  /** What is offered under that name, where it is the type that differs. */
  readonly offered?: string;
}

/** The imports that are not there, or not with this type. */
export function missingImports(imports: readonly Import[]): MissingImport[] {
  const missing: MissingImport[] = [];
  for (const entry of imports) {
    const offered = offer(entry);
    if (offered === undefined) missing.push({ entry });
    else if (entry.extern.kind !== "function" || signature(entry.extern.type) !== offered)
      missing.push({ entry, offered: spell(offered) });
  }
  return missing;
}

function offer(entry: Import): string | undefined {
  return entry.module === preview1Module ? preview1Signature(entry.name) : undefined;
}

function signature(type: FunctionType | undefined): string | undefined {
  return type && `${letters(type.parameters)}:${letters(type.results)}`;
}

function letters(types: readonly string[]): string {
  let text = "";
  for (const type of types) text += type === "i32" ? "i" : type === "i64" ? "I" : "?";
  return text;
}

function spell(text: string): string {
  const types = (part: string | undefined): string[] =>
    Array.from(part ?? "", (letter) => (letter === "I" ? "i64" : "i32"));
  const [parameters, results] = text.split(":");
  return formatFunctionType({ parameters: types(parameters), results: types(results) });
}
