import { isKnownFlag, type KernelCall } from "./kernel-call.ts";
import { outputOf } from "./output-of.ts";

/** Whether the low-level runtime takes a command line: its own parser says so, asked for help by the same flags. */
export function takes(call: KernelCall, runtime: string): boolean {
  if (call.operands.length === 0 || hasTwoIds(call)) return false;
  const program = isReadAlike(call) ? undefined : programOf(runtime);
  if (program !== undefined && !readsAsWeDo(call, program)) return false;
  const probe = probeOf(call);
  return probe !== undefined && outputOf([runtime, ...probe]) !== undefined;
}

/** Whether the low-level runtime has the container that a call names. */
export function hasContainer({ flags, operands: [id = ""] }: KernelCall, runtime: string): boolean {
  const root = flags.value("--root");
  return outputOf([runtime, ...(root === undefined ? [] : ["--root", root]), "state", id]) !== undefined;
}

/** Which low-level runtime it is, whatever its file is called. */
interface Program {
  readonly name: string;
  readonly version: number;
}

function programOf(runtime: string): Program {
  return programIn(outputOf([runtime, "--version"]) ?? "");
}

/** What `--version` says: its name, "" where it cannot be read, and 1000 times its major version and its minor one. */
export function programIn(text: string): Program {
  const [, name = "", major, minor] = /^(\w+) version (\d+)\.(\d+)/.exec(text) ?? [];
  return { name, version: Number(major ?? 0) * 1000 + Number(minor ?? 0) };
}

/** Whether the id, and what stands around it, is the same to every version of both runtimes. */
function isReadAlike(call: KernelCall): boolean {
  return isPlainId(idOf(call)) && isIdLast(call) && !hasGoSpelling(call);
}

function readsAsWeDo(call: KernelCall, { name, version }: Program): boolean {
  const id = idOf(call);
  // argp reads no flag behind the id; runc moves those that it knows before it.
  if (!isIdLast(call) && (name === "crun" || call.operands.length > 1)) return false;
  if (name === "crun" && hasGoSpelling(call)) return false;
  if (isPlainId(id)) return true;
  if (id === "" || id === "." || id === ".." || id.includes("/") || id.length > 255) return false;
  // crun has checked ids since 1.20.
  return name === "crun" ? version < 1020 : /^[\w+,.-]+$/.test(id);
}

function idOf({ operands }: KernelCall): string {
  return operands.at(-1) ?? "";
}

function isPlainId(id: string): boolean {
  return /^[\w+-][\w+.-]{0,254}$/.test(id);
}

function isIdLast({ argv, operands }: KernelCall): boolean {
  return argv.at(-1) === operands.at(-1);
}

// What Go's flag package takes for `-b /x`, argp takes for a bundle of another name; and an empty one is the working
// directory to runc alone.
function hasGoSpelling({ argv, verbAt, flags }: KernelCall): boolean {
  return flags.value("--bundle") === "" || argv.slice(verbAt + 1).some((word) => /^-\w=/.test(word));
}

/**
 * The command line with `--help` in the id's place: both runtimes read the flags up to there, print their help and end
 * with 0, or say what is wrong. It can start nothing: where `--help` is taken for a flag's value there is no id.
 */
function probeOf(call: KernelCall): readonly string[] | undefined {
  const { argv, verbAt, operands } = call;
  const words = argv.slice(verbAt + 1);
  const before = isIdLast(call)
    ? withoutDashes(words.slice(0, -1))
    : words.toSpliced(words.indexOf(operands[0] ?? ""), 1);
  return before.includes("--") ? undefined : [...argv.slice(0, verbAt + 1), ...before, "--help"];
}

// What stands behind a flag that we do not know may be its value; behind anything else it is a second id.
function hasTwoIds({ argv, verbAt, operands }: KernelCall): boolean {
  const words = argv.slice(verbAt + 1);
  return operands.slice(0, -1).some((word) => !isUnknownFlag(words[words.indexOf(word) - 1] ?? ""));
}

function isUnknownFlag(word: string): boolean {
  return word.startsWith("--") && word !== "--" && !word.includes("=") && !isKnownFlag(word);
}

// `--` before the id: all that follows is no flag.
function withoutDashes(words: readonly string[]): readonly string[] {
  return words.at(-1) === "--" ? words.slice(0, -1) : words;
}
