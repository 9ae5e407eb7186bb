import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { reportIn, reportOf } from "../../oci/engine-mount.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import type { Log } from "../cli/log.ts";
import { systemError } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { writeAll } from "../host/write-all.ts";
import { oneLine } from "../one-line.ts";
import { planBundle } from "../plan-bundle.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { replaceFile } from "./replace-file.ts";
import { exactWords } from "./exact-words.ts";
import { execArgv } from "./exec.ts";
import type { KernelCall } from "./kernel-call.ts";
import { findLowLevelRuntime } from "./low-level-runtime.ts";
import { keepPassedDescriptors } from "./passed-descriptors.ts";
import { makeReportFile } from "./report-file.ts";
import { restoreOpenFilesLimit } from "./open-files-limit.ts";

/**
 * The kernel sandbox: the bundle of a wasm workload is edited, then this process becomes the low-level runtime
 * with the caller's own arguments. Everything else is the runtime's from the start. It returns only for `features`.
 */
export function runKernel(call: KernelCall, log: Log): number | Promise<number> {
  const runtime = findLowLevelRuntime(call.flags.value("--runtime-path"));
  if (call.verb === "features") return printFeatures(call, { runtime, log });
  if (call.verb === "create" || call.verb === "run") prepareBundle(call, log);
  const argv = call.verb === "exec" ? execArgv(call, runtime) : call.argv;
  keepPassedDescriptors(call);
  return become(runtime, exactWords(call, argv), log);
}

function become(runtime: string, argv: readonly (string | Uint8Array)[], log: Log): never {
  restoreOpenFilesLimit();
  log.debug(`becoming ${runtime} ${argv.join(" ")}`);
  throw systemError(native.execve(runtime, [runtime, ...argv]), "execute", runtime);
}

async function printFeatures(
  call: KernelCall,
  { runtime, log }: { readonly runtime: string; readonly log: Log },
): Promise<number> {
  const { featuresText } = await import("./features.ts");
  const text = featuresText(call, runtime);
  if (text === undefined) return become(runtime, exactWords(call, call.argv), log);
  writeAll(1, text);
  return 0;
}

function prepareBundle({ flags, verb }: KernelCall, log: Log): void {
  const bundle: HostPath = absolutePath(flags.value("--bundle") ?? ".", process.cwd());
  const config = flags.value("--config") ?? "config.json";
  const plan = planBundle({ bundle, config, sandbox: "kernel", scratch: bundle });
  // Under an engine our standard error is the container's own: only its log is told there.
  const tell = verb === "run" ? log.warning.bind(log) : log.debug.bind(log);
  for (const { field, text } of plan.warnings) tell(`${field}: ${text}`);
  if (plan.kind === "forward") {
    const report = reportOf(plan.spec);
    if (report !== undefined) makeReportFile(report, plan.spec);
    if (plan.workload.rule === "not-found") checkRootfs(rootfsOf({ spec: plan.spec, bundle }));
    return log.debug(`forwarded unchanged: ${plan.because}`);
  }
  log.debug(`wasm: ${plan.workload.because}`);
  replaceFile(absolutePath(config, bundle), JSON.stringify(plan.spec));
  makeReportFile(reportIn(bundle), plan.spec);
}

// crun and runc would fail as well, but tell it less clearly.
function checkRootfs(rootfs: HostPath): void {
  if (linuxFiles.exists(rootfs)) return;
  throw new WrunError(
    "not-found",
    `${oneLine(rootfs, 300)}: no such file or directory: root.path of config.json names it`,
  );
}
