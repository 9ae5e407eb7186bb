import { WrunError } from "../../oci/error.ts";
import { embeddedContainer } from "./choose.ts";
import { type KernelCall, newId, withoutFlag } from "./kernel-call.ts";
import { isInKernel } from "./kernel-state.ts";
import { takesConfigFlag } from "./low-level-runtime.ts";

/** What a flag's value must look like; a switch has none. */
type Known = Readonly<Record<string, RegExp | "switch">>;

const any = /^[^-]/;

// The flags that crun since 1.8 and runc since 1.1 have both, in the spellings that both read alike. The rest is left to
// their own parsers: what they take differs by version, and the next version takes more.
const globals: Known = {
  "--root": /^[^-].*[^./]/,
  "--log": any,
  "--log-format": /^(?:text|json)$/,
  "--rootless": /^(?:true|false|auto)$/,
  "--systemd-cgroup": "switch",
  "--debug": "switch",
};

const create: Known = {
  "--bundle": any,
  "-b": /^[^-=]/,
  // runc has no such flag: it is carried out for it.
  "--config": any,
  "-f": /^[^-=]/,
  "--pid-file": any,
  "--console-socket": any,
  "--preserve-fds": /^\d{1,4}$/,
  "--no-pivot": "switch",
  "--no-new-keyring": "switch",
};

const run: Known = { ...create, "--detach": "switch", "-d": "switch", "--no-subreaper": "switch" };

const ofVerb: Readonly<Record<string, Known>> = { create, run };

// What every version takes as an id; crun before 1.20 takes more, and runc a comma.
const plainId = /^[\w+][\w+.-]{0,254}$/;

/**
 * Whether the low-level runtime takes the command line of a `create` or `run`: nothing is done for one that it refuses, and
 * the reason is its own to give. What is not plain is put to its own parser. An error where the container's name is taken
 * in the embedded sandbox.
 */
export async function isTaken(call: KernelCall, runtime: string): Promise<boolean> {
  if (!isPlain(call) && !(await import("./ask-runtime.ts")).takes(handedOver(call, runtime), runtime))
    return false;
  const id = newId(call);
  if (embeddedContainer({ ...call, operands: [id] }) !== undefined)
    throw new WrunError("exists", `container "${id}" already exists: it is in the embedded sandbox`);
  const exists = isInKernel(call.flags.value("--root"), id);
  return !exists || !(await import("./ask-runtime.ts")).hasContainer({ ...call, operands: [id] }, runtime);
}

/** A call that the low-level runtime is to refuse: as it came, without what is carried out for it. */
export function handedOver(call: KernelCall, runtime: string): KernelCall {
  return takesConfigFlag(runtime) ? call : withoutFlag(call, "--config");
}

function isPlain({ argv, verb, verbAt }: KernelCall): boolean {
  const words = argv.slice(verbAt + 1);
  const at = skipFlags(words, ofVerb[verb] ?? {});
  if (skipFlags(argv.slice(0, verbAt), globals) !== verbAt) return false;
  return at === words.length - 1 && plainId.test(words[at] ?? "");
}

/** Where the flags end: at the first word that is none, or is not plain. */
function skipFlags(words: readonly string[], known: Known): number {
  let at = 0;
  while (at < words.length) {
    const length = plainLength(words[at] ?? "", words[at + 1], known);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** How many words a plain flag takes; 0 where it is none. */
function plainLength(word: string, next: string | undefined, known: Known): number {
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  const value = equals < 0 ? next : word.slice(equals + 1);
  const shape = known[equals < 0 ? word : word.slice(0, equals)];
  if (shape === undefined) return 0;
  if (shape === "switch") return equals < 0 ? 1 : 0;
  if (value === undefined || !shape.test(value)) return 0;
  return equals < 0 ? 2 : 1;
}
