import { WrunError } from "./error.ts";
import type { GrantInput } from "./grant-input.ts";
import { isRawNumber } from "./integer.ts";
import { show } from "./note.ts";

/**
 * What a sandbox makes of one field of config.json where it asks for something:
 * - `kept`: the guest has what it asks for, or another file sees to it;
 * - `unneeded`: no guest could use it, or see that it is missing;
 * - `missing`: the container runs with less than was asked for, and the caller is warned;
 * - `refused`: it must not run without;
 * - `fields`: an object, each of its fields by a rule of its own;
 * - `decide`: it depends on more than the field.
 */
export type Rule =
  | { readonly kind: "kept" }
  | { readonly kind: "unneeded" | "missing" | "refused"; readonly because: string }
  | { readonly kind: "fields"; readonly fields: FieldRules }
  | { readonly kind: "decide"; readonly decide: (field: string, input: GrantInput) => void };

/** The rules for the fields of one object. */
export type FieldRules = Readonly<Record<string, Rule>>;

/** Of a field that has no rule. crun and runc leave such fields out without a word. */
export const unknownField = "not applied: wrun does not know this field";

/** Applies the rules to every field of an object that asks for something. A field without a rule is warned of. */
export function applyRules(rules: FieldRules, object: object, { input, path = "" }: Place): void {
  for (const [name, value] of Object.entries(object)) {
    if (asksForNothing(value)) continue;
    const field = path === "" ? show(name) : `${path}.${show(name)}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) input.remarks.warn(field, unknownField);
    else applyRule(rule, value, { input, path: field });
  }
}

interface Place {
  readonly input: GrantInput;
  readonly path?: string;
}

/** Applies one rule to a field that asks for something. */
export function applyRule(rule: Rule, value: unknown, { input, path = "" }: Place): void {
  switch (rule.kind) {
    case "kept":
      return;
    case "unneeded":
      return input.remarks.drop(path, rule.because);
    case "missing":
      return input.remarks.warn(path, rule.because);
    case "refused":
      throw new WrunError("unsupported", `${path}: ${rule.because}`);
    case "fields":
      if (typeof value === "object" && value !== null) applyRules(rule.fields, value, { input, path });
      return;
    case "decide":
      return rule.decide(path, input);
  }
}

/** 0, -1 and numbers too large to be reached are no limit; false, empty texts, lists and objects are the defaults. */
export function asksForNothing(value: unknown): boolean {
  if (typeof value === "number") return value === 0 || value === -1;
  if (typeof value !== "object") return value === false || value === "" || value === undefined;
  if (value === null || isRawNumber(value)) return true;
  if (Array.isArray(value)) return value.length === 0;
  // What an object names (a network device, a controller) is asked for whatever is said of it.
  return Object.values(value).every((part) => !isNamed(part) && asksForNothing(part));
}

function isNamed(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawNumber(value);
}
