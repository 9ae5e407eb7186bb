const begin = "# BEGIN wrun: written by 'wrun configure containerd'; the same with --remove takes it away";
const end = "# END wrun";

/** A text with our marked block at its end, in the place of one that is there already. */
export function withBlock(text: string, lines: readonly string[]): string {
  const rest = withoutBlock(text);
  return [...(rest === "" ? [] : [rest]), begin, ...lines, end, ""].join("\n");
}

/** A text as it was before our block came, byte for byte. */
export function withoutBlock(text: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(`${end}\n`, from);
  if (from < 0 || to < 0) return text;
  const before = text.slice(0, from);
  return before.replace(/\n$/, "") + text.slice(to + end.length + 1);
}
