import { WrunError } from "./error.ts";
import type { Access, Grant, Network, Preopen } from "./grant.ts";
import { quote } from "./note.ts";
import { parseSize } from "./size.ts";

/** What the engine is told beside the grant: how this process is to run, not what the guest may touch. */
export interface EngineOptions {
  /** Interpreter only: no page is ever writable and executable. */
  readonly noJit: boolean;
  /** Descriptor for the reports of report.ts. */
  readonly statusFd?: number;
  /** Descriptor that gets the `loaded` report and is closed then: `create` waits on it. */
  readonly readyFd?: number;
  /** A FIFO: guest code waits until `start` has written a byte to it. */
  readonly startFifo?: string;
  /** The module is a path of the caller's, opened as any program would, not through the preopens. */
  readonly hostModule: boolean;
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
  for (const address of grant.listen) flags.push("--listen", address);
  if (grant.network !== undefined) flags.push("--network", grant.network);
  if (grant.cwd !== "/") flags.push("--cwd", grant.cwd);
  if (grant.invoke !== undefined) flags.push("--invoke", grant.invoke);
  if (grant.limits.memory !== undefined) flags.push("--max-memory", String(grant.limits.memory));
  if (grant.limits.files !== undefined) flags.push("--max-files", String(grant.limits.files));
  if (grant.limits.fileSize !== undefined) flags.push("--max-file-size", String(grant.limits.fileSize));
  if (grant.limits.cpuSeconds !== undefined) flags.push("--max-cpu", String(grant.limits.cpuSeconds));
  const [argv0 = grant.module, ...rest] = grant.args;
  if (argv0 !== grant.module) flags.push("--argv0", argv0);
  return [...flags, "--guest-module", "--", grant.module, ...rest];
}

/** The guest's variables, each under the prefix, as entries of the engine's environment. */
export function wrapEnv(env: readonly string[]): string[] {
  return env.map((entry) => guestEnvPrefix + entry);
}

/** The guest's variables out of the engine's environment. */
export function unwrapEnv(environ: readonly string[]): string[] {
  return environ.flatMap((e) => (e.startsWith(guestEnvPrefix) ? [e.slice(guestEnvPrefix.length)] : []));
}

/** Parses the arguments of `wrun wasm`, `environ` being the engine's own environment. */
export function parseFlags(argv: readonly string[], environ: readonly string[]): EngineCommand {
  const read = new FlagReader(argv);
  const preopens: Preopen[] = [];
  const env = unwrapEnv(environ);
  const hidden: string[] = [];
  const readonly: string[] = [];
  const listen: string[] = [];
  let limits: Grant["limits"] = {};
  let options: EngineOptions = { noJit: false, hostModule: true };
  let rest: Partial<Pick<Grant, "invoke" | "network">> & { cwd: string; argv0?: string } = { cwd: "/" };

  for (let flag = read.flag(); flag !== undefined; flag = read.flag()) {
    switch (flag) {
      case "--dir":
        preopens.push(parsePreopen("directory", read.value(flag)));
        break;
      case "--file":
        preopens.push(parsePreopen("file", read.value(flag)));
        break;
      case "--env":
        env.push(...namedEnv(read.value(flag), environ));
        break;
      case "--hide":
        hidden.push(absolute(read.value(flag), flag));
        break;
      case "--readonly":
        readonly.push(absolute(read.value(flag), flag));
        break;
      case "--listen":
        listen.push(read.value(flag));
        break;
      case "--network":
        rest = { ...rest, network: parseNetwork(read.value(flag)) };
        break;
      case "--cwd":
        rest = { ...rest, cwd: absolute(read.value(flag), flag) };
        break;
      case "--invoke":
        rest = { ...rest, invoke: read.value(flag) };
        break;
      case "--argv0":
        rest = { ...rest, argv0: read.value(flag) };
        break;
      case "--max-memory":
        limits = { ...limits, memory: parseSize(read.value(flag), flag) };
        break;
      case "--max-files":
        limits = { ...limits, files: count(read.value(flag), flag) };
        break;
      case "--max-file-size":
        limits = { ...limits, fileSize: parseSize(read.value(flag), flag) };
        break;
      case "--max-cpu":
        limits = { ...limits, cpuSeconds: count(read.value(flag), flag) };
        break;
      case "--no-jit":
        options = { ...options, noJit: true };
        break;
      case "--status-fd":
        options = { ...options, statusFd: count(read.value(flag), flag) };
        break;
      case "--ready-fd":
        options = { ...options, readyFd: count(read.value(flag), flag) };
        break;
      case "--start-fifo":
        options = { ...options, startFifo: read.value(flag) };
        break;
      case "--guest-module":
        options = { ...options, hostModule: false };
        break;
      default:
        throw new WrunError("invalid", `unknown flag ${quote(flag)}: see 'wrun wasm --help'`);
    }
  }

  const [module, ...args] = read.rest();
  if (module === undefined)
    throw new WrunError("invalid", "no wasm file named: wrun wasm [flags] FILE [args]");
  const { argv0 = module, ...named } = rest;
  return {
    grant: { module, args: [argv0, ...args], env, preopens, hidden, readonly, listen, limits, ...named },
    options,
  };
}

/** Walks argv: flags first (`--flag value` or `--flag=value`), then `--` or the first word that is no flag. */
class FlagReader {
  readonly #argv: readonly string[];
  #next = 0;
  #inline: string | undefined;

  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  flag(): string | undefined {
    if (this.#inline !== undefined)
      throw new WrunError("invalid", `${quote(this.#argv[this.#next - 1] ?? "")}: this flag takes no value`);
    const word = this.#argv[this.#next];
    if (word === undefined || !word.startsWith("--")) return undefined;
    this.#next++;
    if (word === "--") return undefined;
    const equals = word.indexOf("=");
    if (equals < 0) return word;
    this.#inline = word.slice(equals + 1);
    return word.slice(0, equals);
  }

  value(flag: string): string {
    const inline = this.#inline;
    this.#inline = undefined;
    if (inline !== undefined) return inline;
    const word = this.#argv[this.#next++];
    if (word === undefined) throw new WrunError("invalid", `${flag} needs a value`);
    return word;
  }

  rest(): readonly string[] {
    return this.#argv.slice(this.#next);
  }
}

function parsePreopen(kind: Preopen["kind"], text: string): Preopen {
  const [host = "", guest = host, access = "rw", ...more] = text.split("::");
  if (host === "" || guest === "" || more.length > 0 || !(access === "ro" || access === "rw")) {
    throw new WrunError("invalid", `${quote(text)} is not HOST[::GUEST[::ro]]`);
  }
  return { kind, host, guest, access: access === "ro" ? "read-only" : "read-write" };
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

function count(text: string, flag: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new WrunError("invalid", `${flag}: ${quote(text)} is not a whole number`);
  return value;
}
