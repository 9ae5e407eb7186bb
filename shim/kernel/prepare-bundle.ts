import { WrunError } from "../../oci/error.ts";
import { reportIn, reportOf } from "../../oci/engine-mount.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Plan } from "../../oci/plan.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import type { Log } from "../cli/log.ts";
import { linuxFiles } from "../host/files.ts";
import { oneLine } from "../one-line.ts";
import { type BundleOptions, planBundle } from "../plan-bundle.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import type { KernelCall } from "./kernel-call.ts";
import { replaceFile } from "./replace-file.ts";
import { makeReportFile } from "./report-file.ts";

/** Plans a container that is to be made, and returns the plan; where it is wasm, its config.json is edited. */
export function prepareBundle({ flags, verb }: KernelCall, log: Log): Plan {
  const bundle: HostPath = absolutePath(flags.value("--bundle") ?? ".", process.cwd());
  const config = flags.value("--config") ?? "config.json";
  // Under an engine our standard error is the container's own: only its log is told there.
  const warn = verb === "run" ? log.warning.bind(log) : log.debug.bind(log);
  return editBundle({ bundle, config }, { warn, debug: log.debug.bind(log) });
}

/** Whom editBundle() tells what it has found. */
export interface BundleLog {
  warn(message: string): void;
  debug(message: string): void;
}

/** Plans the container of a bundle, edits its config.json where it is wasm, and returns the plan. */
export function editBundle(options: Pick<BundleOptions, "bundle" | "config">, log: BundleLog): Plan {
  const plan = planBundle({ ...options, sandbox: "kernel", scratch: options.bundle });
  editPlanned(plan, options, log);
  return plan;
}

/** Edits the config.json of a bundle whose plan has been made. */
export function editPlanned(
  plan: Plan,
  { bundle, config = "config.json" }: Pick<BundleOptions, "bundle" | "config">,
  log: BundleLog,
): void {
  for (const { field, text } of plan.warnings) log.warn(`${field}: ${text}`);
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
