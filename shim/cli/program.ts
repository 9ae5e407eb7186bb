import { WrunError } from "../../oci/error.ts";
import { linuxHost } from "../host/linux.ts";
import { EmbeddedSandbox } from "../sandbox/embedded.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { EmbeddedTeller } from "../sandbox/teller.ts";
import { callersRoot } from "../sandbox/callers-root.ts";
import type { Flags } from "./argv.ts";
import type { Call } from "./call.ts";
import { readCommand, type Command } from "./command.ts";
import type { Log } from "./log.ts";
import { print } from "./print.ts";

/** A command line for the verbs of our own, ready to run. */
export interface Program {
  readonly flags: Flags;
  readonly run: (log: Log) => Promise<number>;
}

/** Reads a command line; what is wrong with it comes out when it is run. */
export function readProgram(argv: readonly string[]): Program {
  const command = readCommand(argv);
  return { flags: command.flags, run: (log) => runCommand(command, log) };
}

async function runCommand({ flags, verb, operands, problem }: Command, log: Log): Promise<number> {
  if (problem !== undefined) throw problem;
  if (flags.has("--version")) return show((await import("./version.ts")).versionText());
  if (verb === undefined) return programHelp(flags);
  if (flags.has("--help")) return show((await import("./help.ts")).verbHelp(verb));
  const teller = verb.tells === true ? await openTeller(log) : undefined;
  return verb.run(callOf(flags, operands, { log, ...(teller === undefined ? {} : { teller }) }));
}

// No container fails for what is wrong with its being told of.
async function openTeller(log: Log): Promise<EmbeddedTeller | undefined> {
  try {
    const { eventsSpool } = await import("../events/setting.ts");
    const spool = eventsSpool();
    return spool === undefined
      ? undefined
      : (await import("../events/tell-embedded.ts")).embeddedTeller(spool);
  } catch (error) {
    if (!(error instanceof WrunError)) throw error;
    log.warning(`events are off: ${error.message}`);
    return undefined;
  }
}

async function programHelp(flags: Flags): Promise<number> {
  if (!flags.has("--help")) throw new WrunError("invalid", "no verb named: see 'wrun --help'");
  return show((await import("./help.ts")).programHelp());
}

interface Told {
  readonly log: Log;
  readonly teller?: EmbeddedTeller;
}

function callOf(flags: Flags, operands: readonly string[], told: Told): Call {
  const { log } = told;
  const host = linuxHost();
  const workingDirectory = (): string => process.cwd();
  return {
    flags,
    operands,
    host,
    log,
    workingDirectory,
    print,
    sandbox: () => openSandbox(flags, told),
  };
}

function openSandbox(flags: Flags, told: Told): Sandbox {
  return new EmbeddedSandbox({ host: linuxHost(), root: callersRoot(flags.value("--root")), ...told });
}

function show(text: string): number {
  print(text);
  return 0;
}
