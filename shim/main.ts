import { native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import type { Flags } from "./cli/argv.ts";
import type { Call } from "./cli/call.ts";
import { readCommand, type Command } from "./cli/command.ts";
import { logOptions } from "./cli/global-flags.ts";
import { Log } from "./cli/log.ts";
import { print } from "./cli/print.ts";
import { linuxHost } from "./host/linux.ts";
import { logSink } from "./host/log-sink.ts";
import { isForKernel } from "./kernel/choose.ts";
import { readKernelCall } from "./kernel/kernel-call.ts";
import { EmbeddedSandbox } from "./sandbox/embedded.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { stateRoot } from "./sandbox/state-root.ts";

/** What crun and runc return for whatever went wrong; `run` returns the guest's own code. */
const failed = 1;
/** A bug of ours (EX_SOFTWARE of sysexits.h). */
const internal = 70;

/** Runs the host program's verbs and returns the process's exit code. */
export async function runShim(argv: readonly string[]): Promise<number> {
  let log = new Log({ format: "text", level: "warning" }, logSink(undefined), () => new Date());
  try {
    const call = readKernelCall(argv);
    if (isForKernel(call)) {
      const options = logOptions(call.flags);
      log = new Log(options, logSink(options.file), () => new Date());
      const { runKernel } = await import("./kernel/kernel.ts");
      return runKernel(call, log);
    }
    const command = readCommand(argv);
    const options = logOptions(command.flags);
    log = new Log(options, logSink(options.file), () => new Date());
    if (command.problem !== undefined) throw command.problem;
    return await dispatch(command, log);
  } catch (error) {
    return report(log, error);
  }
}

function report(log: Log, error: unknown): number {
  if (error instanceof WrunError) {
    log.error(error.message);
    return failed;
  }
  log.error(`internal error, please report it: ${String(error)}`);
  return internal;
}

async function dispatch({ flags, verb, operands }: Command, log: Log): Promise<number> {
  if (flags.has("--version")) return show((await import("./cli/version.ts")).versionText());
  if (verb === undefined) return programHelp(flags);
  if (flags.has("--help")) return show((await import("./cli/help.ts")).verbHelp(verb));
  return verb.run(callOf(flags, operands, log));
}

async function programHelp(flags: Flags): Promise<number> {
  if (!flags.has("--help")) throw new WrunError("invalid", "no verb named: see 'wrun --help'");
  return show((await import("./cli/help.ts")).programHelp());
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
