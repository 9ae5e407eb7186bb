import { WrunError } from "./error.ts";
import { isRawNumber } from "./integer.ts";
import { show } from "./note.ts";

/** Throws where `value`, found at `path` of config.json, is not what the spec says. */
export type Check = (value: unknown, path: string) => void;

/** An error that names the field. */
export function broken(path: string, what: string): WrunError {
  return new WrunError("invalid", `Cannot read config.json: ${path} ${what}`);
}

/** A JSON string. */
export const isString: Check = (value, path) => {
  if (typeof value !== "string") throw broken(path, "is not a string");
};

/** True or false. */
export const isBoolean: Check = (value, path) => {
  if (typeof value !== "boolean") throw broken(path, "is not true or false");
};

/** A whole number of any size. */
export const isInteger: Check = (value, path) => {
  if (!Number.isInteger(value) && !(isRawNumber(value) && /^-?\d+$/.test(value.rawJSON)))
    throw broken(path, "is not a whole number");
};

/** A user or group id, or anything else that is an unsigned 32-bit number. */
export const isUint32: Check = (value, path) => {
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > 0xffff_ffff)
    throw broken(path, "is not a number from 0 to 4294967295");
};

/** A JSON object, whatever is in it. */
export const isObject: Check = (value, path) => {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isRawNumber(value))
    throw broken(path, "is not an object");
};

/** An array whose every element passes. */
export function listOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw broken(path, "is not an array");
    for (let index = 0; index < value.length; index++) check(value[index], `${path}[${index}]`);
  };
}

/** An object whose every value passes. */
export function recordOf(check: Check): Check {
  return (value, path) => {
    isObject(value, path);
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record)) check(record[key], `${path}.${show(key)}`);
  };
}

/**
 * An object whose known fields pass; others are left alone. A field that is null is taken away: Go's decoder,
 * runc's and containerd's, reads null as absent.
 */
export function fields(known: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  return (value, path) => {
    isObject(value, path);
    const object = value as Record<string, unknown>;
    const prefix = path === "" ? "" : `${path}.`;
    for (const key of Object.keys(object)) {
      const check = Object.hasOwn(known, key) ? known[key] : undefined;
      if (check === undefined) continue;
      if (object[key] === null) delete object[key];
      else check(object[key], prefix + key);
    }
    for (const key of required) if (!Object.hasOwn(object, key)) throw broken(prefix + key, "is missing");
  };
}
