import { native } from "../../native/native.ts";
import type { Log } from "../cli/log.ts";
import { observer } from "../callers-environment.ts";
import { systemError } from "../host/errno.ts";
import { handedOver, isTaken } from "./check-call.ts";
import { exactWords } from "./exact-words.ts";
import type { KernelCall } from "./kernel-call.ts";
import { findLowLevelRuntime } from "./low-level-runtime.ts";
import type { PreparedCall } from "./make-container.ts";
import { keepPassedDescriptors } from "./passed-descriptors.ts";

/**
 * The kernel sandbox: a wasm workload gets an edited config.json, then this process becomes the low-level runtime with the
 * caller's own arguments. Everything else is the runtime's from the start. It returns only for `features`.
 */
export function runKernel(call: KernelCall, log: Log): Promise<number> {
  const runtime = findLowLevelRuntime(call.flags.value("--runtime-path"));
  switch (call.verb) {
    case "create":
    case "run":
      return makeContainer(call, { runtime, log });
    case "exec":
      return execInContainer(call, { runtime, log });
    case "checkpoint":
    case "restore":
      return checkpoint(call, { runtime, log });
    case "features":
      return printFeatures(call, { runtime, log });
    default:
      return become({ call }, { runtime, log });
  }
}

interface Target {
  readonly runtime: string;
  readonly log: Log;
}

async function makeContainer(call: KernelCall, target: Target): Promise<never> {
  if (!(await isTaken(call, target.runtime)))
    return become({ call: handedOver(call, target.runtime) }, target);
  const { prepareMaking } = await import("./make-container.ts");
  return become(await prepareMaking(call, target), target);
}

async function execInContainer(call: KernelCall, target: Target): Promise<never> {
  const { prepareExec } = await import("./exec.ts");
  const watched = observer();
  const followed =
    watched === undefined
      ? call
      : (await import("../events/observe-kernel.ts")).observed(call, watched.spool);
  return become({ call: prepareExec(followed, target.runtime) }, target);
}

async function checkpoint(call: KernelCall, target: Target): Promise<never> {
  const isHelp = call.flags.has("--help") || call.flags.has("--h");
  if (!isHelp) (await import("./checkpoint.ts")).refuseGuest(call, target.runtime);
  return become({ call }, target);
}

async function printFeatures(call: KernelCall, target: Target): Promise<number> {
  const [{ featuresText }, { print }] = await Promise.all([
    import("./features.ts"),
    import("../cli/print.ts"),
  ]);
  const text = featuresText(call, target.runtime);
  if (text === undefined) return become({ call }, target);
  print(text);
  return 0;
}

function become({ call, last }: PreparedCall, { runtime, log }: Target): never {
  keepPassedDescriptors(call);
  const words = exactWords(call, call.argv);
  log.debug(`becoming ${runtime} ${words.join(" ")}`);
  last?.();
  throw systemError(native.execve(runtime, [runtime, ...words]), "execute", runtime);
}
