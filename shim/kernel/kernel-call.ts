import { Flags } from "../cli/argv.ts";

/** A command line for the low-level runtime: read as far as we need it, and as it came otherwise. */
export interface KernelCall {
  readonly flags: Flags;
  readonly verb: string;
  /** Where in argv it stands. */
  readonly verbAt: number;
  /** The words after the verb: the id first. Those of an exec's command are left out. */
  readonly operands: readonly string[];
  /** The command line without the flags that are ours alone. */
  readonly argv: readonly string[];
  /** Where in the command line as it came each word of argv stood. */
  readonly origins: readonly number[];
  /** Where in argv the values of `--env` stand: the word, and the character in it. */
  readonly env: readonly { readonly word: number; readonly from: number }[];
  /** Where in argv the command of an exec begins. */
  readonly command: number;
  /** Where in argv each flag stands, its value included where that is a word of its own. */
  readonly places: readonly FlagPlace[];
}

/** A flag of the command line: `--bundle DIR` is two words, `--bundle=DIR` one. */
interface FlagPlace {
  /** `--bundle`, however it was spelled. */
  readonly name: string;
  readonly at: number;
  readonly words: number;
}

// crun 1.8 to 1.29 and runc 1.1 to 1.5. A flag that is not here takes no value, or has it after `=`.
const valued = new Set(
  (
    "root log log-format log-level cgroup-manager rootless criu sandbox runtime-path " +
    "bundle config console-socket pid-file pidfd-socket preserve-fds " +
    "process cwd user env cap process-label apparmor cgroup additional-gids format interval " +
    "image-path work-path parent-path status-fd page-server manage-cgroups-mode empty-ns network-lock lsm-profile lsm-mount-context " +
    "resources blkio-weight cpu-period cpu-quota cpu-burst cpu-share cpu-rt-period cpu-rt-runtime cpuset-cpus " +
    "cpuset-mems cpu-idle kernel-memory kernel-memory-tcp memory memory-reservation memory-swap pids-limit " +
    "l3-cache-schema mem-bw-schema"
  ).split(" "),
);

// The flags of crun's `create` and `run`, of which argp takes the beginning for the whole where only one begins so.
const making =
  "bundle config console-socket preserve-fds no-pivot pid-file no-subreaper no-new-keyring detach keep help usage version".split(
    " ",
  );

/** Flags of ours: no low-level runtime knows them. */
const ours = new Set(["sandbox", "runtime-path"]);

const short: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  create: { b: "bundle", f: "config" },
  run: { b: "bundle", f: "config" },
  restore: { b: "bundle" },
  exec: { p: "process", u: "user", e: "env", c: "cap" },
  list: { f: "format" },
  ps: { f: "format" },
  update: { r: "resources" },
};

/** Reads a command line, in every spelling that crun (argp) and runc (Go) take. It never fails: they report. */
export function readKernelCall(argv: readonly string[]): KernelCall {
  const reading: Reading = newReading();
  let at = 0;
  while (at < argv.length) {
    const word = argv[at] ?? "";
    const isFlag = word.startsWith("-") && word !== "-" && word !== "--";
    const length = isFlag ? readFlag(reading, word, argv[at + 1]) : 1;
    if (length > 0) keep(reading, argv, { from: at, to: at + length });
    at += Math.abs(length);
    if (isFlag) continue;
    if (reading.verb === "") {
      reading.verb = word;
      reading.verbAt = reading.argv.length - 1;
    } else if (word !== "--") reading.operands.push(word);
    if (reading.verb === "exec" && reading.operands.length > 0) break;
  }
  const command = reading.argv.length;
  keep(reading, argv, { from: at, to: argv.length });
  return { ...reading, command };
}

type Reading = { -readonly [Name in keyof KernelCall]: KernelCall[Name] } & {
  operands: string[];
  argv: string[];
  origins: number[];
  env: { word: number; from: number }[];
  places: FlagPlace[];
};

function newReading(): Reading {
  return {
    flags: new Flags(),
    verb: "",
    verbAt: -1,
    operands: [],
    argv: [],
    origins: [],
    env: [],
    command: 0,
    places: [],
  };
}

function keep(
  reading: Reading,
  argv: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): void {
  argv.slice(from, to).forEach((word, index) => {
    reading.argv.push(word);
    reading.origins.push(from + index);
  });
}

/** How many words the flag takes, negative where it is one of ours. */
function readFlag(
  { flags, verb, argv, env, places }: Reading,
  word: string,
  next: string | undefined,
): number {
  const equals = word.indexOf("=");
  const given = word.slice(0, equals < 0 ? undefined : equals).replace(/^--?/, "");
  const alias = word.startsWith("--") ? undefined : short[verb]?.[given.charAt(0)];
  const clustered = alias !== undefined && given.length > 1 && !valued.has(given);
  const name = alias === undefined || valued.has(given) ? completed(given, word, verb) : alias;
  const inline = equals >= 0 && !clustered ? word.slice(equals + 1) : clustered ? word.slice(2) : undefined;
  const takesNext = inline === undefined && valued.has(name) && next !== undefined;
  if (name === "env") {
    const value = clustered ? 2 : equals + 1;
    env.push(takesNext ? { word: argv.length + 1, from: 0 } : { word: argv.length, from: value });
  }
  flags.set(`--${name}`, inline ?? (takesNext ? next : "true"));
  const length = takesNext ? 2 : 1;
  if (!ours.has(name)) places.push({ name: `--${name}`, at: argv.length, words: length });
  return ours.has(name) ? -length : length;
}

/** Whether a flag of `create` and `run` is one that we know, by its whole name or the beginning of it. */
export function isKnownFlag(word: string): boolean {
  const name = word.replace(/^--/, "");
  return valued.has(name) || making.some((known) => known.startsWith(name));
}

function completed(given: string, word: string, verb: string): string {
  if ((verb !== "create" && verb !== "run") || given === "" || !word.startsWith("--")) return given;
  const [found, ...others] = making.filter((name) => name.startsWith(given));
  return found === undefined || others.length > 0 || making.includes(given) ? given : found;
}

/**
 * The container that a `create` or `run` names: its last word, as a flag that is not known here may have its value before it.
 */
export function newId({ operands }: KernelCall): string {
  return operands.at(-1) ?? "";
}

/** The call with a flag set to `value`, whatever its command line said before. */
export function withFlag(call: KernelCall, name: string, value: string): KernelCall {
  const without = withoutFlag(call, name);
  // Right behind the verb, where both runtimes take its flags.
  const at = without.verbAt + 1;
  const set = spliced(without, at, { insert: [name, value] });
  return { ...set, places: [...set.places, { name, at, words: 2 }] };
}

/** The call without a flag, however often it was given. */
export function withoutFlag(call: KernelCall, name: string): KernelCall {
  const given = call.places.filter((place) => place.name === name).toReversed();
  return given.reduce((current, place) => spliced(current, place.at, { remove: place.words }), call);
}

interface Splice {
  readonly remove?: number;
  readonly insert?: readonly string[];
}

function spliced(call: KernelCall, at: number, { remove = 0, insert = [] }: Splice): KernelCall {
  const shift = insert.length - remove;
  const moved = (index: number): number => (index < at ? index : index + shift);
  return {
    ...call,
    argv: call.argv.toSpliced(at, remove, ...insert),
    origins: call.origins.toSpliced(at, remove, ...insert.map(() => -1)),
    verbAt: moved(call.verbAt),
    env: call.env.map(({ word, from }) => ({ word: moved(word), from })),
    command: moved(call.command),
    places: call.places
      .filter((place) => remove === 0 || place.at !== at)
      .map((place) => ({ ...place, at: moved(place.at) })),
  };
}
