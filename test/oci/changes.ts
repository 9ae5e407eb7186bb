/** What differs between two JSON values: `path` of the first difference downwards, and what stands there now. */
export type Changes = Record<string, unknown>;

const removed = "(removed)";

/** The differences from `before` to `after`. An array that only grew shows what was added. */
export function changes(before: unknown, after: unknown, path = ""): Changes {
  if (same(before, after)) return {};
  if (Array.isArray(before) && Array.isArray(after)) return arrayChanges(before, after, path);
  if (!isObject(before) || !isObject(after)) return { [path]: after === undefined ? removed : after };
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const prefix = path === "" ? "" : `${path}.`;
  return Object.assign(
    {},
    ...[...keys].map((key) => changes(before[key], after[key], prefix + key)),
  ) as Changes;
}

function arrayChanges(before: unknown[], after: unknown[], path: string): Changes {
  if (!same(before, after.slice(0, before.length))) return { [path]: after };
  return Object.fromEntries(
    after.slice(before.length).map((value, i) => [`${path}[${before.length + i}]`, value]),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
