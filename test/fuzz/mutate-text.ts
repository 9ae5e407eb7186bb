import type { Random } from "./random.ts";

const pieces = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u0000",
  "\\ud83d",
  "0",
  "-",
  "1e999",
  "18446744073709551616",
  "null",
  "\0",
  "\u0001",
  "é",
  "\ufeff",
  " ",
] as const;

/** Changes a few characters of a text, whatever they mean. */
export function mutateText(text: string, random: Random): string {
  let changed = text;
  for (let count = 1 + random.below(4); count > 0; count--) changed = changeOnce(changed, random);
  return changed;
}

function changeOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const to = at + random.below(20);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at);
    case 3:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at + 1);
    case 4:
      return text.slice(0, to) + text.slice(at);
    default:
      return text.slice(0, at) + String.fromCharCode(random.below(0x10000)) + text.slice(at + 1);
  }
}
