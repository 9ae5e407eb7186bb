import { WrunError } from "../oci/error.ts";
import { restoreCaller } from "./caller.ts";
import type { Flags } from "./cli/argv.ts";
import { logOptions } from "./cli/global-flags.ts";
import { Log } from "./cli/log.ts";
import { logSink } from "./host/log-sink.ts";
import { answererOf, isRuntimesOwn } from "./kernel/choose.ts";
import { type KernelCall, readKernelCall } from "./kernel/kernel-call.ts";
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
    const answerer = answererOf(call);
    if (answerer !== "own") {
      log = openRuntimesLog(call.flags);
      if (log === undefined) return await runKernel(unread(call), plainLog());
      if (answerer === "runtime") return await runKernel(call, log);
      const code = await (await import("./cli/list-both.ts")).listBoth(call, log);
      if (code !== undefined) return code;
    }
    if (isRuntimesOwn(call.verb)) throw (await import("./cli/lacking.ts")).lacking(call);
    const { readProgram } = await import("./cli/program.ts");
    const program = readProgram(argv);
    log = openLog(program.flags);
    return await program.run(log);
  } catch (error) {
    return report(log ?? plainLog(), error);
  }
}

function openLog(flags: Flags): Log {
  const options = logOptions(flags);
  return new Log(options, logSink(options.file), now);
}

/** The log of a call that the low-level runtime answers; undefined where it will refuse what is said of its log. */
function openRuntimesLog(flags: Flags): Log | undefined {
  // crun has a log of the system's as well, which is its own to write to.
  if (/^(?:journald|syslog):/.test(flags.value("--log") ?? "")) return plainLog();
  try {
    return openLog(flags);
  } catch (error) {
    if (error instanceof WrunError) return undefined;
    throw error;
  }
}

/** A call whose verb is none of those that we have a part in: it is handed on as it is. */
function unread(call: KernelCall): KernelCall {
  return { ...call, verb: "" };
}

function plainLog(): Log {
  return new Log({ format: "text", level: "warning" }, logSink(undefined), now);
}

function now(): Date {
  return new Date();
}

function report(log: Log, error: unknown): number {
  log.error(problemOf(error));
  return error instanceof WrunError || isSystemError(error) ? failed : internal;
}
