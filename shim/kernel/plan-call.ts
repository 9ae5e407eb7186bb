import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Plan } from "../../oci/plan.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import type { Log } from "../cli/log.ts";
import { linuxFiles } from "../host/files.ts";
import { oneLine } from "../one-line.ts";
import { planBundle } from "../plan-bundle.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import type { KernelCall } from "./kernel-call.ts";

/** The bundle of a call, absolute. */
export function bundleOf({ flags }: KernelCall): HostPath {
  return absolutePath(flags.value("--bundle") ?? ".", process.cwd());
}

/** Plans a container that is to be made. `statusFd` is the descriptor on which its engine will report. */
export function planCall(call: KernelCall, log: Log, statusFd: number | undefined): Plan {
  const bundle = bundleOf(call);
  const status = statusFd === undefined ? {} : { statusFd };
  const config = call.flags.value("--config");
  const named = config === undefined ? {} : { config };
  const plan = planBundle({ bundle, ...named, sandbox: "kernel", scratch: bundle, ...status });
  // Under an engine our standard error is the container's own: only its log is told there.
  const warn = call.verb === "run" ? log.warning.bind(log) : log.debug.bind(log);
  logPlan(plan, { bundle }, { warn, debug: log.debug.bind(log) });
  return plan;
}

/** Where logPlan() writes. */
export interface PlanLog {
  warn(message: string): void;
  debug(message: string): void;
}

/** Logs what a plan decided, and throws where a native container has no root file system. */
export function logPlan(plan: Plan, { bundle }: { readonly bundle: HostPath }, log: PlanLog): void {
  for (const { field, text } of plan.warnings) log.warn(`${field}: ${text}`);
  if (plan.kind === "wasm") return log.debug(`wasm: ${plan.workload.because}`);
  if (plan.workload.rule === "not-found") checkRootfs(rootfsOf({ spec: plan.spec, bundle }));
  log.debug(`forwarded unchanged: ${plan.because}`);
}

// crun and runc fail as well, with a less clear message.
function checkRootfs(rootfs: HostPath): void {
  if (linuxFiles.exists(rootfs)) return;
  throw new WrunError(
    "not-found",
    `${oneLine(rootfs, 300)}: no such file or directory: root.path of config.json names it`,
  );
}
