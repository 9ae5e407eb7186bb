import { WrunError } from "../../oci/error.ts";
import { ArgvReader, type Flags } from "./argv.ts";
import { globalFlags } from "./global-flags.ts";
import type { Verb } from "./verb.ts";
import { findVerb } from "./verbs.ts";

/** A command line, read. What was read before a problem is kept: the log file may have been named there. */
export interface Command {
  readonly flags: Flags;
  readonly verb: Verb | undefined;
  readonly operands: readonly string[];
  readonly problem: WrunError | undefined;
}

/** Reads the command line of the host program. */
export function readCommand(argv: readonly string[]): Command {
  const reader = new ArgvReader(argv);
  const operands: string[] = [];
  let verb: Verb | undefined;
  try {
    verb = readVerb(reader);
    if (verb !== undefined) operands.push(...readOperands(reader, verb));
    return { flags: reader.flags, verb, operands, problem: undefined };
  } catch (error) {
    if (!(error instanceof WrunError)) throw error;
    return { flags: reader.flags, verb, operands, problem: error };
  }
}

function readVerb(reader: ArgvReader): Verb | undefined {
  const name = reader.word(globalFlags);
  if (name === undefined) return undefined;
  const verb = findVerb(name);
  if (verb === undefined)
    throw new WrunError("invalid", `unknown verb ${JSON.stringify(name.slice(0, 80))}: see 'wrun --help'`);
  return verb.verbs === undefined ? verb : readSecond(reader, verb, verb.verbs);
}

// `wrun image pack …`: the verb is of two words.
function readSecond(reader: ArgvReader, verb: Verb, verbs: readonly Verb[]): Verb {
  const name = reader.word(globalFlags);
  const second = name === undefined ? undefined : findVerb(`${verb.name} ${name}`, verbs);
  if (second !== undefined) return second;
  if (name === undefined && reader.flags.has("--help")) return verb;
  throw new WrunError("invalid", `usage: wrun ${verb.name} ${verb.operands}: see 'wrun ${verb.name} --help'`);
}

function readOperands(reader: ArgvReader, verb: Verb): readonly string[] {
  const known = [...verb.flags, ...globalFlags];
  const operands: string[] = [];
  for (let word = reader.word(known); word !== undefined; word = reader.word(known)) operands.push(word);
  if (reader.flags.has("--help") || (operands.length >= verb.least && operands.length <= verb.most))
    return operands;
  const usage = `usage: wrun ${verb.name} [flags] ${verb.operands}`.trimEnd();
  throw new WrunError("invalid", `${usage}: see 'wrun ${verb.name} --help'`);
}
