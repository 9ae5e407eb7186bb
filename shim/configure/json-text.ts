interface Member {
  readonly key: string;
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

interface ObjectText {
  /** The places after `{` and of `}`. */
  readonly from: number;
  readonly to: number;
  readonly members: readonly Member[];
}

type Path = readonly [string, ...string[]];

/** The text of the value at `path`, as it stands in a JSON object's text; undefined where there is none. */
export function memberText(json: string, path: Path): string | undefined {
  const found = find(json, path);
  return found === undefined ? undefined : json.slice(found.valueFrom, found.to);
}

/** Sets the value at `path`, with the objects on the way there. No other byte changes. `json` must be a JSON object. */
export function setMember(json: string, path: Path, value: unknown): string {
  const there = memberText(json, path);
  if (there !== undefined && JSON.stringify(JSON.parse(there)) === JSON.stringify(value)) return json;
  return set(json, json.indexOf("{"), { path, value });
}

/** Takes the value at `path` out. No other byte changes but its comma. */
export function removeMember(json: string, path: Path): string {
  const found = find(json, path);
  if (found === undefined) return json;
  const { from, to, members } = found.within;
  const at = members.findIndex((member) => member.from === found.from);
  const [before, after] = [members[at - 1], members[at + 1]];
  if (before !== undefined) return json.slice(0, before.to) + json.slice(found.to);
  if (after !== undefined) return json.slice(0, found.from) + json.slice(after.from);
  return json.slice(0, from) + json.slice(to);
}

function find(json: string, path: Path): (Member & { within: ObjectText }) | undefined {
  let at = json.indexOf("{");
  let found: (Member & { within: ObjectText }) | undefined;
  for (const key of path) {
    if (json[at] !== "{") return undefined;
    const within = readObject(json, at);
    // Of two equal keys the last one counts, for JSON.parse and for Go.
    const member = within.members.findLast((one) => one.key === key);
    if (member === undefined) return undefined;
    found = { ...member, within };
    at = member.valueFrom;
  }
  return found;
}

function set(json: string, at: number, { path, value }: { path: Path; value: unknown }): string {
  const [key, next, ...rest] = path;
  const object = readObject(json, at);
  const member = object.members.findLast((one) => one.key === key);
  if (member !== undefined && next !== undefined)
    return set(json, member.valueFrom, { path: [next, ...rest], value });
  const whole = path.slice(1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const layout = layoutOf(json, at, object);
  const text = layout.unit === "" ? JSON.stringify(whole) : JSON.stringify(whole, undefined, layout.unit);
  const indented = text.replaceAll("\n", layout.separator);
  if (member !== undefined) return json.slice(0, member.valueFrom) + indented + json.slice(member.to);
  const entry = `${JSON.stringify(key)}:${layout.unit === "" ? "" : " "}${indented}`;
  const last = object.members.at(-1);
  if (last !== undefined)
    return `${json.slice(0, last.to)},${layout.separator}${entry}${json.slice(last.to)}`;
  return json.slice(0, object.from) + layout.separator + entry + layout.end + json.slice(object.to);
}

/** What stands between the members of an object and at its end, and one step of indentation: as elsewhere in the text. */
function layoutOf(
  json: string,
  at: number,
  { members }: ObjectText,
): Record<"separator" | "end" | "unit", string> {
  const root = json.indexOf("{");
  const [first] = readObject(json, root).members;
  const unit = first === undefined ? "  " : (/\n([ \t]*)$/.exec(json.slice(root + 1, first.from))?.[1] ?? "");
  if (unit === "") return { separator: "", end: "", unit };
  const outer = /\n([ \t]*)[^\n]*$/.exec(json.slice(0, at))?.[1] ?? "";
  const [own] = members;
  const inner = own === undefined ? undefined : /\n[ \t]*$/.exec(json.slice(at + 1, own.from))?.[0];
  return { separator: inner ?? `\n${outer}${unit}`, end: `\n${outer}`, unit };
}

const token = /\s*("(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+)/y;

/** The members of the object that opens at `at`, of a text that is known to be JSON. */
function readObject(json: string, at: number): ObjectText {
  const members: Member[] = [];
  let next = nextToken(json, at + 1);
  while (next.text !== "}") {
    if (next.text === ",") next = nextToken(json, next.to);
    const { text, from } = next;
    const value = nextToken(json, nextToken(json, next.to).to);
    const to = endOfValue(json, value.from);
    members.push({ key: String(JSON.parse(text)), from, valueFrom: value.from, to });
    next = nextToken(json, to);
  }
  return { from: at + 1, to: next.from, members };
}

function endOfValue(json: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const { text, to } = nextToken(json, at);
    if (text === "{" || text === "[") depth++;
    if (text === "}" || text === "]") depth--;
    at = to;
  } while (depth > 0);
  return at;
}

function nextToken(json: string, at: number): { text: string; from: number; to: number } {
  token.lastIndex = at;
  const text = token.exec(json)?.[1];
  if (text === undefined) throw new TypeError("not JSON");
  return { text, from: token.lastIndex - text.length, to: token.lastIndex };
}
