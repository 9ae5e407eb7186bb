import { WrunError } from "../oci/error.ts";
import { restoreCaller } from "./caller.ts";
import type { Flags } from "./cli/argv.ts";
import { logOptions } from "./cli/global-flags.ts";
import { Log } from "./cli/log.ts";
import { logSink } from "./host/log-sink.ts";
import { isForKernel } from "./kernel/choose.ts";
import { readKernelCall } from "./kernel/kernel-call.ts";
import { runKernel } from "./kernel/kernel.ts";
import { isSystemError, problemOf } from "./problem.ts";

/** What crun and runc return for whatever went wrong; `run` returns the guest's own code. */
const failed = 1;
/** A bug of ours (EX_SOFTWARE of sysexits.h). */
const internal = 70;

/**
 * Runs the host program's verbs and returns the process's exit code. What goes to the kernel sandbox is most of
 * an engine's calls, and has all that it needs loaded already; the rest loads its own.
 */
export async function runShim(argv: readonly string[]): Promise<number> {
  let log: Log | undefined;
  restoreCaller();
  try {
    const call = readKernelCall(argv);
    if (isForKernel(call)) {
      log = openLog(call.flags);
      return await runKernel(call, log);
    }
    const { readProgram } = await import("./cli/program.ts");
    const program = readProgram(argv);
    log = openLog(program.flags);
    return await program.run(log);
  } catch (error) {
    return report(log ?? new Log({ format: "text", level: "warning" }, logSink(undefined), now), error);
  }
}

function openLog(flags: Flags): Log {
  const options = logOptions(flags);
  return new Log(options, logSink(options.file), now);
}

function now(): Date {
  return new Date();
}

function report(log: Log, error: unknown): number {
  log.error(problemOf(error));
  return error instanceof WrunError || isSystemError(error) ? failed : internal;
}
