import type { Flag } from "./argv.ts";
import { globalFlags } from "./global-flags.ts";
import type { Verb } from "./verb.ts";
import { verbs } from "./verbs.ts";

/** `wrun --help`. */
export function programHelp(): string {
  return [
    "Usage: wrun [flags] VERB [flags] [ID …]",
    "",
    "Runs WebAssembly workloads out of OCI bundles.",
    "",
    "Verbs:",
    columns([
      ...verbs.map(verbLine),
      ["wasm", "run a wasm file with what its flags grant: wrun wasm --help"],
    ]),
    "",
    ...globals(),
  ].join("\n");
}

/** `wrun VERB --help`. */
export function verbHelp(verb: Verb): string {
  const own = verb.flags.length === 0 ? [] : ["Flags:", columns(verb.flags.map(flagLine)), ""];
  const inner = verb.verbs === undefined ? [] : ["Verbs:", columns(verb.verbs.map(verbLine)), ""];
  const usage = `Usage: wrun [flags] ${verb.name} [flags] ${verb.operands}`.trimEnd();
  return [usage, "", sentence(verb.summary), "", ...inner, ...own, ...globals()].join("\n");
}

function globals(): string[] {
  return [
    "Flags of every verb:",
    columns(globalFlags.map(flagLine)),
    "",
    "The kernel sandbox is crun or runc: they make the container, and the engine runs in it in the guest's place.",
    "They have exec, ps, pause, resume, update, events, checkpoint, restore and features as well, which the embedded",
    "sandbox lacks. A container is found in the sandbox that has it, and list shows those of both.",
    "The embedded sandbox runs the guest in a process of the caller's, which can touch what the bundle's grant",
    "names and nothing else (wrun plan shows it). The kernel sandbox is crun or runc around such a process; auto",
    "takes it for root. Embedded containers are kept in /run/wrun, or $XDG_RUNTIME_DIR/wrun for others than root, or",
    "in .wrun in the directory that --root names.",
    "",
  ];
}

function verbLine({ name, summary, verbs: inner }: Verb): readonly [string, string] {
  return [name, inner === undefined ? summary : `${summary}: wrun ${name} --help`];
}

function flagLine(flag: Flag): readonly [string, string] {
  return [
    [...flag.names].reverse().join(", ") + (flag.value === undefined ? "" : ` ${flag.value}`),
    flag.help,
  ];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
