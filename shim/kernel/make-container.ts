import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Plan } from "../../oci/plan.ts";
import { observer } from "../callers-environment.ts";
import type { Log } from "../cli/log.ts";
import { configPath } from "../plan-bundle.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { configForRuntime } from "./config-for-runtime.ts";
import { type KernelCall, newId, withFlag, withoutFlag } from "./kernel-call.ts";
import { takesConfigFlag } from "./low-level-runtime.ts";
import { moveUp } from "./memory-file.ts";
import { passedDescriptors, type PassedDescriptors } from "./passed-descriptors.ts";
import { bundleOf, planCall } from "./plan-call.ts";

/** The low-level runtime of a call, and where messages go. */
export interface Target {
  readonly runtime: HostPath;
  readonly log: Log;
}

/** A call of the low-level runtime, and what is done in the last moment before this process becomes it. */
export interface PreparedCall {
  readonly call: KernelCall;
  readonly last?: () => void;
}

/**
 * The call that makes a container. A native one keeps its command line. For a wasm workload the low-level runtime is
 * given an edited config.json, and where a monitor listens, the engine a socket for its reports.
 */
export async function prepareMaking(call: KernelCall, { runtime, log }: Target): Promise<PreparedCall> {
  const isCrun = takesConfigFlag(runtime);
  const passed = passedDescriptors(call, isCrun);
  const watched = observer();
  const plan = planCall(call, log, watched?.reportFd === undefined ? undefined : passed.end);
  const given = { runtime, passed };
  const made = plan.kind === "wasm" ? withEdits(call, plan, given) : withNamedConfig(call, plan, given);
  if (watched === undefined) return { call: made };
  const { observed } = await import("../events/observe-kernel.ts");
  const followed = observed(made, watched.spool, plan);
  if (plan.kind !== "wasm" || watched.reportFd === undefined) return { call: followed };
  const { reportFd } = watched;
  return {
    call: withFlag(followed, "--preserve-fds", `${passed.preserve + 1}`),
    // Bun may use that number for itself until then.
    last: () => placeDescriptor(reportFd, passed.end),
  };
}

interface Given {
  readonly runtime: HostPath;
  readonly passed: PassedDescriptors;
}

function withEdits(call: KernelCall, { spec }: Plan, { runtime, passed }: Given): KernelCall {
  const config = configForRuntime(spec, targetOf(call, runtime));
  const fd = inherited(config.fd, passed);
  const socketed = passed.mustPreserve ? withFlag(call, "--preserve-fds", `${passed.preserve}`) : call;
  if (config.kind === "bundle") return withBundle(socketed, config.path);
  return withFlag(socketed, "--config", `/proc/self/fd/${fd}`);
}

// Open in the low-level runtime, and not in the container: it closes there what is not passed on.
function inherited(fd: number, { end }: PassedDescriptors): number {
  const moved = moveUp(fd, end + 1);
  native.setCloexec(moved, false);
  return moved;
}

// runc has no --config, and crun looks for another name in the working directory alone.
function withNamedConfig(call: KernelCall, { spec }: Plan, { runtime, passed }: Given): KernelCall {
  const name = call.flags.value("--config");
  if (name === undefined) return call;
  if (takesConfigFlag(runtime)) return withFlag(call, "--config", configPath(bundleOf(call), name));
  const config = configForRuntime(spec, targetOf(call, runtime));
  inherited(config.fd, passed);
  return config.kind === "bundle" ? withBundle(call, config.path) : call;
}

// runc resolves a console socket from the bundle, where it is by then.
function withBundle(call: KernelCall, path: HostPath): KernelCall {
  const socket = call.flags.value("--console-socket");
  const named = withFlag(withoutFlag(call, "--config"), "--bundle", path);
  return socket === undefined
    ? named
    : withFlag(named, "--console-socket", absolutePath(socket, bundleOf(call)));
}

function targetOf(call: KernelCall, runtime: HostPath): Parameters<typeof configForRuntime>[1] {
  return { id: newId(call), bundle: bundleOf(call), runtime, stateRoot: stateRootOf(call) };
}

// runc's own choice: main.go, rootless.go.
function stateRootOf({ flags }: KernelCall): HostPath {
  const given = flags.value("--root");
  if (given !== undefined) return absolutePath(given, process.cwd());
  const own = process.env["XDG_RUNTIME_DIR"] ?? "";
  return native.geteuid() !== 0 && own !== "" ? `${own}/runc` : "/run/runc";
}

function placeDescriptor(from: number, to: number): void {
  if (from === to) native.setCloexec(to, false);
  else native.dup2(from, to);
}
