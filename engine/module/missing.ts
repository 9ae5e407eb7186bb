import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { dialectNames, dialectOfImport } from "./dialect.ts";
import type { MissingImport } from "./runnable.ts";
import { formatFunctionType } from "./value-type.ts";

/** One line for `count` imports that are not there: the first by name, and the dialect that it belongs to. */
export function missingImportsError(first: MissingImport, count: number): WrunError {
  const rest = count > 1 ? ` (and ${count - 1} more)` : "";
  return new WrunError("unsupported", `${describeMissing(first)}${rest}`);
}

/** What is wrong with one import. */
export function describeMissing(missing: MissingImport): string {
  const { module, name, extern } = missing.entry;
  const what = `import ${quote(module)} ${quote(name)}`;
  if (missing.offered === undefined) return `${what} is missing: it belongs to ${belongsTo(missing)}`;
  const wanted =
    extern.kind === "function"
      ? extern.type === undefined
        ? "another type"
        : formatFunctionType(extern.type)
      : `a ${extern.kind}`;
  return `${what} is here as ${missing.offered}, and the module wants ${wanted}`;
}

function belongsTo(missing: MissingImport): string {
  return dialectNames[dialectOfImport(missing.entry)];
}
