/** Where a text stops being JSON, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The first place at which `text` is not JSON; the engine's own message has none. */
export function positionOfError(text: string): Position {
  const before = text.slice(0, offsetOfError(text));
  const lines = before.split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}

type Expected = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end" | "nothing";

const blank = /[ \t\n\r]*/y;
const word = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function offsetOfError(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  for (let at = skip(blank, text, 0); at < text.length;) {
    const character = text[at] ?? "";
    const length = endOfToken(text, at, character) - at;
    const next: Expected | undefined = length === 0 ? undefined : step(expected, character, open);
    if (next === undefined) return at;
    expected = next;
    at = skip(blank, text, at + length);
  }
  return text.length;
}

function endOfToken(text: string, at: number, character: string): number {
  if (character === '"') return endOfString(text, at);
  return "[]{}:,".includes(character) ? at + 1 : skip(word, text, at);
}

// Where the string that opens at `start` ends; `start` itself where it is broken.
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    const next = code === 0x5c ? skip(escape, text, at) : at + (code < 0x20 ? 0 : 1);
    if (next === at) return start;
    at = next;
  }
  return start;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

// One token, known by its first character, against what may come here (RFC 8259).
function step(expected: Expected, token: string, open: string[]): Expected | undefined {
  switch (token) {
    case "[":
    case "{":
      if (!expected.startsWith("value")) return undefined;
      open.push(token);
      return token === "[" ? "value or ]" : "key or }";
    case "]":
    case "}":
      if (open.pop() !== (token === "]" ? "[" : "{")) return undefined;
      if (expected !== ", or end" && !expected.endsWith(` or ${token}`)) return undefined;
      return open.length > 0 ? ", or end" : "nothing";
    case ":":
      return expected === ":" ? "value" : undefined;
    case ",":
      if (expected !== ", or end") return undefined;
      return open.at(-1) === "[" ? "value" : "key";
    default:
      if (expected.startsWith("key")) return token === '"' ? ":" : undefined;
      if (!expected.startsWith("value")) return undefined;
      return open.length > 0 ? ", or end" : "nothing";
  }
}
