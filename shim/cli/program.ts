import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { linuxHost } from "../host/linux.ts";
import { EmbeddedSandbox } from "../sandbox/embedded.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { stateRoot } from "../sandbox/state-root.ts";
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
  return verb.run(callOf(flags, operands, log));
}

async function programHelp(flags: Flags): Promise<number> {
  if (!flags.has("--help")) throw new WrunError("invalid", "no verb named: see 'wrun --help'");
  return show((await import("./help.ts")).programHelp());
}

function callOf(flags: Flags, operands: readonly string[], log: Log): Call {
  const host = linuxHost();
  const workingDirectory = (): string => process.cwd();
  return {
    flags,
    operands,
    host,
    log,
    workingDirectory,
    print,
    sandbox: () => openSandbox(flags, log),
  };
}

function openSandbox(flags: Flags, log: Log): Sandbox {
  const caller = {
    uid: native.geteuid(),
    runtimeDirectory: process.env["XDG_RUNTIME_DIR"],
    workingDirectory: () => process.cwd(),
  };
  return new EmbeddedSandbox({ host: linuxHost(), root: stateRoot(flags.value("--root"), caller), log });
}

function show(text: string): number {
  print(text);
  return 0;
}
