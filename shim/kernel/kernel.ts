import { native } from "../../native/native.ts";
import type { Log } from "../cli/log.ts";
import { systemError } from "../host/errno.ts";
import { observingSpool } from "../callers-environment.ts";
import { isTaken } from "./check-call.ts";
import { exactWords } from "./exact-words.ts";
import type { KernelCall } from "./kernel-call.ts";
import { findLowLevelRuntime } from "./low-level-runtime.ts";
import { keepPassedDescriptors } from "./passed-descriptors.ts";

/**
 * The kernel sandbox: the bundle of a wasm workload is edited, then this process becomes the low-level runtime
 * with the caller's own arguments. Everything else is the runtime's from the start. It returns only for `features`.
 */
export function runKernel(call: KernelCall, log: Log): Promise<number> {
  const runtime = findLowLevelRuntime(call.flags.value("--runtime-path"));
  switch (call.verb) {
    case "create":
    case "run":
      return makeContainer(call, { runtime, log });
    case "exec":
      return execInContainer(call, { runtime, log });
    case "features":
      return printFeatures(call, { runtime, log });
    default:
      return become(call, call.argv, { runtime, log });
  }
}

interface Target {
  readonly runtime: string;
  readonly log: Log;
}

async function makeContainer(call: KernelCall, target: Target): Promise<never> {
  if (!(await isTaken(call, target.runtime))) return become(call, call.argv, target);
  const { prepareBundle } = await import("./prepare-bundle.ts");
  const plan = prepareBundle(call, target.log);
  const spool = observingSpool();
  if (spool === undefined) return become(call, call.argv, target);
  const { observed } = await import("../events/observe-kernel.ts");
  const told = await observed(call, spool, plan);
  return become(told, told.argv, target);
}

async function execInContainer(call: KernelCall, target: Target): Promise<never> {
  if (!(await isTaken(call, target.runtime))) return become(call, call.argv, target);
  const { execArgv } = await import("./exec.ts");
  const spool = observingSpool();
  const told =
    spool === undefined ? call : await (await import("../events/observe-kernel.ts")).observed(call, spool);
  return become(told, execArgv(told, target.runtime), target);
}

async function printFeatures(call: KernelCall, target: Target): Promise<number> {
  const [{ featuresText }, { print }] = await Promise.all([
    import("./features.ts"),
    import("../cli/print.ts"),
  ]);
  const text = featuresText(call, target.runtime);
  if (text === undefined) return become(call, call.argv, target);
  print(text);
  return 0;
}

function become(call: KernelCall, argv: readonly string[], { runtime, log }: Target): never {
  keepPassedDescriptors(call);
  const words = exactWords(call, argv);
  log.debug(`becoming ${runtime} ${words.join(" ")}`);
  throw systemError(native.execve(runtime, [runtime, ...words]), "execute", runtime);
}
