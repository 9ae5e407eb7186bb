import { WrunError } from "./error.ts";
import { FlagReader } from "./flag-reader.ts";
import type { Access, Grant, Limits, Network, Preopen } from "./grant.ts";
import { quote } from "./note.ts";
import { parseSize } from "./size.ts";

/** What the engine is told beside the grant: how this process is to run, not what the guest may touch. */
export interface EngineOptions {
  /** Interpreter only: no page is ever writable and executable. */
  readonly noJit: boolean;
  /** Report what the module is. */
  readonly describe?: true;
  /** Descriptor for the reports of report.ts. */
  readonly statusFd?: number;
  /** Descriptor that gets the `loaded` report and is closed then: `create` waits on it. */
  readonly readyFd?: number;
  /** A FIFO: guest code waits until `start` has written a byte to it. */
  readonly startFifo?: string;
}

/** The engine's command line, parsed. */
export interface EngineCommand {
  readonly grant: Grant;
  readonly options: EngineOptions;
}

/**
 * The prefix under which the guest's variables travel in the engine's environment. No runtime and no loader
 * reads a name with a colon in it, so an image cannot steer the engine (design: the image is hostile).
 */
export const guestEnvPrefix = "wrun:";

/** The arguments of `wrun wasm` that give exactly this grant. The environment travels apart: wrapEnv(). */
export function toFlags(grant: Grant): string[] {
  const flags: string[] = [];
  for (const preopen of grant.preopens) {
    flags.push(preopen.kind === "directory" ? "--dir" : "--file", formatPreopen(preopen));
  }
  for (const path of grant.hidden) flags.push("--hide", path);
  for (const path of grant.readonly) flags.push("--readonly", path);
  if (grant.streams !== undefined) flags.push("--streams", grant.streams);
  for (const address of grant.listen) flags.push("--listen", address);
  if (grant.network !== undefined) flags.push("--network", grant.network);
  if (grant.cwd !== "/") flags.push("--cwd", grant.cwd);
  if (grant.invoke !== undefined) flags.push("--invoke", grant.invoke);
  if (grant.limits.memory !== undefined) flags.push("--max-memory", String(grant.limits.memory));
  if (grant.limits.files !== undefined) flags.push("--max-files", String(grant.limits.files));
  if (grant.limits.fileSize !== undefined) flags.push("--max-file-size", String(grant.limits.fileSize));
  if (grant.limits.cpuSeconds !== undefined) flags.push("--max-cpu", String(grant.limits.cpuSeconds));
  if (grant.umask !== undefined) flags.push("--umask", grant.umask.toString(8).padStart(3, "0"));
  const [argv0 = grant.module, ...rest] = grant.args;
  if (argv0 !== grant.module) flags.push("--argv0", argv0);
  if (grant.hostModule !== true) flags.push("--guest-module");
  return [...flags, "--", grant.module, ...rest];
}

/** The guest's variables, each under the prefix, as entries of the engine's environment. */
export function wrapEnv(env: readonly string[]): string[] {
  return env.map((entry) => guestEnvPrefix + entry);
}

/** The guest's variables out of the engine's environment. */
export function unwrapEnv(environ: readonly string[]): string[] {
  return environ.flatMap((e) => (e.startsWith(guestEnvPrefix) ? [e.slice(guestEnvPrefix.length)] : []));
}

/** Whether a path can stand in `--dir` and `--file`, where `::` parts host, guest and access. */
export function canBeGranted(path: string): boolean {
  return !path.includes("::") && !path.endsWith(":");
}

function formatPreopen(preopen: Preopen): string {
  if (!canBeGranted(preopen.host) || !canBeGranted(preopen.guest)) {
    throw new WrunError(
      "unsupported",
      `${quote(preopen.host)} at ${quote(preopen.guest)}: a path with '::' in it, or ':' at its end, cannot be granted`,
    );
  }
  const suffix: Record<Access, string> = { "read-only": "::ro", "read-write": "" };
  return `${preopen.host}::${preopen.guest}${suffix[preopen.access]}`;
}

/** Parses the arguments of `wrun wasm`, `environ` being the engine's own environment. */
export function parseFlags(argv: readonly string[], environ: readonly string[]): EngineCommand {
  const reader = new FlagReader(argv);
  const draft = newDraft(environ);
  for (let flag = reader.flag(); flag !== undefined; flag = reader.flag()) {
    const turn = switches[flag];
    const take = valued[flag];
    if (turn !== undefined) turn(draft);
    else if (take !== undefined) take(draft, reader.value(flag), flag);
    else throw new WrunError("invalid", `unknown flag ${quote(flag)}: see 'wrun wasm --help'`);
  }
  return finished(draft, reader.rest());
}

/** A command line, half read. */
interface Draft {
  readonly environ: readonly string[];
  readonly preopens: Preopen[];
  readonly env: string[];
  readonly hidden: string[];
  readonly readonly: string[];
  readonly listen: string[];
  readonly limits: Writable<Limits>;
  readonly options: Writable<EngineOptions>;
  readonly named: Writable<Pick<Grant, "cwd" | "invoke" | "network" | "streams" | "hostModule" | "umask">>;
  argv0?: string;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

function newDraft(environ: readonly string[]): Draft {
  const lists = { preopens: [], env: unwrapEnv(environ), hidden: [], readonly: [], listen: [] };
  return { environ, ...lists, limits: {}, options: { noJit: false }, named: { cwd: "/", hostModule: true } };
}

const switches: Readonly<Record<string, (draft: Draft) => void>> = {
  "--no-jit": ({ options }) => void (options.noJit = true),
  "--describe": ({ options }) => void (options.describe = true),
  "--guest-module": ({ named }) => void delete named.hostModule,
};

const valued: Readonly<Record<string, (draft: Draft, value: string, flag: string) => void>> = {
  "--dir": ({ preopens }, value) => void preopens.push(parsePreopen("directory", value)),
  "--file": ({ preopens }, value) => void preopens.push(parsePreopen("file", value)),
  "--env": ({ env, environ }, value) => void env.push(...namedEnv(value, environ)),
  "--hide": ({ hidden }, value, flag) => void hidden.push(absolute(value, flag)),
  "--readonly": ({ readonly }, value, flag) => void readonly.push(absolute(value, flag)),
  "--streams": ({ named }, value, flag) => void (named.streams = absolute(value, flag)),
  "--listen": ({ listen }, value) => void listen.push(value),
  "--network": ({ named }, value) => void (named.network = parseNetwork(value)),
  "--cwd": ({ named }, value, flag) => void (named.cwd = absolute(value, flag)),
  "--umask": ({ named }, value, flag) => void (named.umask = mask(value, flag)),
  "--invoke": ({ named }, value) => void (named.invoke = value),
  "--argv0": (draft, value) => void (draft.argv0 = value),
  "--max-memory": ({ limits }, value, flag) => void (limits.memory = parseSize(value, flag)),
  "--max-files": ({ limits }, value, flag) => void (limits.files = count(value, flag)),
  "--max-file-size": ({ limits }, value, flag) => void (limits.fileSize = parseSize(value, flag)),
  "--max-cpu": ({ limits }, value, flag) => void (limits.cpuSeconds = count(value, flag)),
  "--status-fd": ({ options }, value, flag) => void (options.statusFd = count(value, flag)),
  "--ready-fd": ({ options }, value, flag) => void (options.readyFd = count(value, flag)),
  "--start-fifo": ({ options }, value) => void (options.startFifo = value),
};

function finished(draft: Draft, [module, ...args]: readonly string[]): EngineCommand {
  if (module === undefined)
    throw new WrunError("invalid", "no wasm file named: wrun wasm [flags] FILE [args]");
  const { preopens, env, hidden, readonly, listen, limits, options, named, argv0 = module } = draft;
  return {
    grant: { module, args: [argv0, ...args], env, preopens, hidden, readonly, listen, limits, ...named },
    options,
  };
}

function parsePreopen(kind: Preopen["kind"], text: string): Preopen {
  const [host = "", guest = host, access = "rw", ...more] = text.split("::");
  if (host === "" || guest === "" || more.length > 0 || !(access === "ro" || access === "rw")) {
    throw new WrunError("invalid", `${quote(text)} is not HOST[::GUEST[::ro]]`);
  }
  return { kind, host, guest, access: access === "ro" ? "read-only" : "read-write" };
}

function namedEnv(text: string, environ: readonly string[]): string[] {
  if (text.includes("=")) return [text];
  const inherited = environ.find((entry) => entry.startsWith(`${text}=`));
  return inherited === undefined ? [] : [inherited];
}

function parseNetwork(text: string): Network {
  if (text === "loopback" || text === "namespace" || text === "host") return text;
  throw new WrunError("invalid", `--network: ${quote(text)} is not loopback, namespace or host`);
}

function absolute(path: string, flag: string): string {
  if (path.startsWith("/")) return path;
  throw new WrunError("invalid", `${flag}: ${quote(path)} is not an absolute path`);
}

function mask(text: string, flag: string): number {
  if (/^0?[0-7]{1,3}$/.test(text)) return Number.parseInt(text, 8);
  throw new WrunError("invalid", `${flag}: ${quote(text)} is not an octal number up to 777`);
}

function count(text: string, flag: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new WrunError("invalid", `${flag}: ${quote(text)} is not a whole number`);
  return value;
}
