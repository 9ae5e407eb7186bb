/** A remark about one field of config.json, for the user to read. */
export interface Note {
  /** The field, as a JSON path: `mounts[2].source`. */
  readonly field: string;
  readonly text: string;
}

/** `text` in quotes, escapes spelled out, cut to a length that fits a line: it may come from a hostile image. */
export function quote(text: string): string {
  const cut = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return spelledOut(JSON.stringify(cut));
}

/** JSON text with those characters escaped that JSON allows and a terminal obeys. */
export function spelledOut(json: string): string {
  return json.replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeCode);
}

/** A path as it stands where that is harmless, else in quotes. */
export function show(path: string): string {
  return /^[!-~]{1,256}$/.test(path) ? path : quote(path);
}

/** Names on one line, as many as fit. */
export function list(names: readonly string[], most = 16): string {
  const more = names.length > most ? [`and ${names.length - most} more`] : [];
  return [...names.slice(0, most).map(show), ...more].join(", ");
}

function escapeCode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
