/** What a TOML text says, without its values being parsed: enough to know where it stands on what concerns us. */
export interface TomlScan {
  /** The raw text of each value, by its full key: `["plugins", "x", "key"]`, joined by NUL. */
  readonly values: ReadonlyMap<string, string>;
  /** The full names of the tables that have a header, joined by NUL. */
  readonly tables: ReadonlySet<string>;
}

/** A full key, as it is looked up in a scan. */
export function tomlKey(...parts: readonly string[]): string {
  return parts.join("\0");
}

/** The strings in the raw text of a value: those of an array, or the one. Escapes stay as they are. */
export function tomlStringsIn(value: string | undefined): string[] {
  return [...(value ?? "").matchAll(stringOrComment)].flatMap(([, basic, literal]) => basic ?? literal ?? []);
}

const stringOrComment = /"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|#[^\n]*/g;
const keyPart = /\s*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([\w-]+))\s*(\.?)/y;
// https://toml.io/en/v1.0.0: the pieces of a value that may hold a bracket, a `#` or a line break.
const piece =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}]|\n|[^"'#[\]{}\n]+|["']/y;

/** Reads TOML; undefined where a line is none that it knows. */
export function scanToml(text: string): TomlScan | undefined {
  const values = new Map<string, string>();
  const tables = new Set<string>();
  let table: readonly string[] = [];
  for (let at = skipBlank(text, 0); at < text.length; at = skipBlank(text, at)) {
    const brackets = /^\[{0,2}/.exec(text.slice(at, at + 2))?.[0].length ?? 0;
    const key = readKey(text, at + brackets);
    if (key === undefined) return undefined;
    if (brackets > 0) {
      if (!text.startsWith("]".repeat(brackets), key.to)) return undefined;
      table = key.parts;
      tables.add(tomlKey(...table));
      at = key.to + brackets;
    } else {
      if (text[key.to] !== "=") return undefined;
      at = endOfValue(text, key.to + 1);
      values.set(tomlKey(...table, ...key.parts), text.slice(key.to + 1, at).trim());
    }
  }
  return { values, tables };
}

function readKey(text: string, from: number): { parts: string[]; to: number } | undefined {
  const parts: string[] = [];
  keyPart.lastIndex = from;
  for (;;) {
    const match = keyPart.exec(text);
    if (match === null) return undefined;
    const [, basic, literal, bare, dot] = match;
    parts.push(basic ?? literal ?? bare ?? "");
    if (dot === "") return { parts, to: from + (match.index - from) + match[0].length };
  }
}

function endOfValue(text: string, from: number): number {
  let depth = 0;
  piece.lastIndex = from;
  for (let at = from; at < text.length; at = piece.lastIndex) {
    const found = piece.exec(text)?.[0] ?? "";
    if (found === "[" || found === "{") depth++;
    if (found === "]" || found === "}") depth--;
    if (depth <= 0 && (found === "\n" || found.startsWith("#") || found === "")) return at;
  }
  return text.length;
}

function skipBlank(text: string, from: number): number {
  const blank = /(?:\s|#[^\n]*)*/y;
  blank.lastIndex = from;
  blank.exec(text);
  return blank.lastIndex;
}
