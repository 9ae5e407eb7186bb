import type { Random } from "./random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const strings = [
  "",
  "/",
  "//",
  ".",
  "..",
  "../../etc",
  "::",
  "/a::b",
  "/a:",
  ":",
  "#",
  "/app.wasm#",
  "#f",
  "a#b#c",
  "--",
  "--dir",
  "--dir=/",
  "-",
  "\0",
  "a\0b",
  "\ud800",
  "\udfff x",
  "\n",
  "\u001b[2J",
  "\u202e",
  "\u009b",
  "=",
  "=x",
  "A=",
  "A",
  "wrun:A=1",
  "LD_PRELOAD=/x",
  "/proc",
  "/proc/self",
  "/sys",
  "/dev",
  "/dev/.wrun",
  "/.wrun",
  "proc",
  "sysfs",
  "tmpfs",
  "bind",
  "rbind",
  "ro",
  "rw",
  "network",
  "user",
  "overlay",
  "1.0.0",
  "2.0.0",
  "sandbox",
  "wasm",
  "compat",
  "__proto__",
  "constructor",
  "RLIMIT_NOFILE",
  "x".repeat(70_000),
  "/".repeat(5000),
  "a/../".repeat(2000),
] as const;

const numbers = [
  0,
  -1,
  1,
  0.5,
  65_536,
  4_294_967_295,
  4_294_967_296,
  2 ** 53,
  -(2 ** 63),
  1e300,
  33_554_432,
] as const;

const keys = [
  "process",
  "args",
  "env",
  "cwd",
  "user",
  "uid",
  "gid",
  "terminal",
  "root",
  "path",
  "readonly",
  "mounts",
  "destination",
  "type",
  "source",
  "options",
  "hooks",
  "prestart",
  "annotations",
  "run.oci.handler",
  "linux",
  "namespaces",
  "resources",
  "memory",
  "limit",
  "maskedPaths",
  "readonlyPaths",
  "rlimits",
  "soft",
  "hard",
  "capabilities",
  "uidMappings",
  "hostname",
  "ociVersion",
  "__proto__",
  "constructor",
  "toString",
  "length",
] as const;

/** Changes a few places of a document: types, names, values that have meant trouble somewhere. */
export function mutateJson(text: string, random: Random): string {
  let document = JSON.parse(text) as Json;
  for (let count = 1 + random.below(3); count > 0; count--) document = changeSomewhere(document, random);
  return JSON.stringify(document);
}

function changeSomewhere(value: Json, random: Random): Json {
  if (typeof value !== "object" || value === null || random.below(6) === 0) return change(value, random);
  const places = Object.keys(value);
  const place = places[random.below(Math.max(places.length, 1))];
  if (place === undefined) return change(value, random);
  if (Array.isArray(value))
    return value.with(Number(place), changeSomewhere(value[Number(place)] ?? null, random));
  return put(value, place, changeSomewhere(value[place] ?? null, random));
}

function change(value: Json, random: Random): Json {
  if (Array.isArray(value) && random.below(2) === 0) return changeArray(value, random);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && random.below(4) > 0)
    return changeObject(value, random);
  if (typeof value === "string" && random.below(2) === 0) return changeString(value, random);
  return anything(random);
}

function changeArray(value: Json[], random: Random): Json[] {
  const at = random.below(value.length + 1);
  const element = value[random.below(Math.max(value.length, 1))] ?? anything(random);
  switch (random.below(4)) {
    case 0:
      return value.toSpliced(at, 1);
    case 1:
      return value.toSpliced(at, 0, element);
    case 2:
      return value.toSpliced(at, 0, anything(random));
    default:
      return value.toReversed();
  }
}

function changeObject(value: { [key: string]: Json }, random: Random): Json {
  const old = Object.keys(value)[random.below(Math.max(Object.keys(value).length, 1))];
  if (old === undefined || random.below(2) === 0) return put(value, random.pick(keys), anything(random));
  const { [old]: moved = null, ...rest } = value;
  return random.below(2) === 0 ? rest : put(rest, random.pick(keys), moved);
}

function changeString(value: string, random: Random): string {
  const at = random.below(value.length + 1);
  return value.slice(0, at) + random.pick(strings) + value.slice(at + random.below(2));
}

function anything(random: Random): Json {
  switch (random.below(8)) {
    case 0:
      return null;
    case 1:
      return random.below(2) === 0;
    case 2:
      return random.pick(numbers);
    case 3:
      return [];
    case 4:
      return {};
    case 5:
      return [random.pick(strings), random.pick(strings)];
    case 6:
      return { [random.pick(keys)]: random.pick(strings) };
    default:
      return random.pick(strings);
  }
}

// An own property also where the key is __proto__.
function put(object: { [key: string]: Json }, key: string, value: Json): { [key: string]: Json } {
  return Object.fromEntries([...Object.entries(object).filter(([other]) => other !== key), [key, value]]);
}
