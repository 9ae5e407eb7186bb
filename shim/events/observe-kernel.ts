import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { WrunError } from "../../oci/error.ts";
import type { Plan } from "../../oci/plan.ts";
import { linuxFiles } from "../host/files.ts";
import { type KernelCall, newId, withFlag } from "../kernel/kernel-call.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { detailsOf, toldByConmon } from "./details.ts";
import { keyOf } from "./key.ts";
import { leavePending } from "./pending.ts";
import { appendRecord, makeSpool, now, spoolFiles } from "./spool.ts";

/**
 * The call as the low-level runtime is to get it where it is told to the monitor. Nothing that goes wrong with that is the
 * container's: the launcher counts what it has to leave out.
 */
export function observed(call: KernelCall, spool: HostPath, plan?: Plan): KernelCall {
  try {
    if (plan === undefined) return observeExec(call, spool);
    return observeMaking(call, plan, spool);
  } catch (error) {
    if (error instanceof WrunError) return call;
    throw error;
  }
}

/**
 * Tells the launcher, which waits for us, what is being made, so that it can write down that it has been. Returns the call
 * as the low-level runtime is to get it: with a pid file of ours where the caller wants none.
 */
function observeMaking(call: KernelCall, plan: Plan, spool: HostPath): KernelCall {
  const began = now();
  const { flags } = call;
  const id = newId(call);
  const key = keyOf(flags.value("--root"), id);
  const wanted = flags.value("--pid-file");
  const pidFile =
    wanted === undefined ? `${spoolFiles(spool).pids}/${key}` : absolutePath(wanted, process.cwd());
  const bundle = absolutePath(flags.value("--bundle") ?? ".", process.cwd());
  const detach = flags.has("--detach") || flags.has("-d");
  const report = plan.kind === "wasm" ? { report: `${spoolFiles(spool).reports}/${key}` } : {};
  const container = {
    ...toldByConmon(id),
    ...detailsOf(plan, { id, bundle, pidFile, detach, ...report }),
  };
  if (!makeSpool(spool)) return call;
  leavePending(spool, { key, container, pidFile });
  const verb = call.verb === "run" ? "run" : "create";
  if (verb === "run" && !detach)
    appendRecord(spool, { kind: "intent", verb, began, at: began, code: 0, key, container });
  if (wanted !== undefined) return call;
  linuxFiles.removeFile(pidFile);
  return withFlag(call, "--pid-file", pidFile);
}

/** The same for a process that is executed in a container. */
function observeExec(call: KernelCall, spool: HostPath): KernelCall {
  const {
    flags,
    operands: [containerId = ""],
  } = call;
  const began = now();
  const key = keyOf(flags.value("--root"), containerId);
  const wanted = flags.value("--pid-file");
  const exec = { id: `exec-${began}`, containerId, detach: flags.has("--detach") || flags.has("-d") };
  if (!makeSpool(spool)) return call;
  const own = `${spoolFiles(spool).pids}/${key}-${native.getpid()}`;
  const pidFile = wanted === undefined ? own : absolutePath(wanted, process.cwd());
  leavePending(spool, { key, exec, pidFile });
  appendRecord(spool, { kind: "intent", verb: "exec", began, at: began, code: 0, key, exec });
  if (wanted !== undefined) return call;
  linuxFiles.removeFile(pidFile);
  return withFlag(call, "--pid-file", pidFile);
}
