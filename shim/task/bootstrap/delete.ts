import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { cgroupFoldersOf, removeCgroups } from "../../cgroup/remove-cgroups.ts";
import { print } from "../../cli/print.ts";
import { isContainerId } from "../../container-id.ts";
import { eventsSpool } from "../../events/setting.ts";
import { linuxFiles } from "../../host/files.ts";
import { lowLevelRuntime } from "../create.ts";
import { optionsFromJson } from "../options.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import { unmountBeneath } from "../rootfs.ts";
import type { ShimFlags } from "../shim-flags.ts";
import { lineWriter, logLevel, type ShimLog, shimLog } from "../shim-log.ts";
import { socketIn } from "./address.ts";
import { removeDead } from "./listen.ts";

/** The exit status of a container whose shim has died: 128 and SIGKILL. */
const killed = 137;
const stderr = 2;
/** Bytes of a file that a shim leaves in a bundle. */
const maxLeftBytes = 64 * 1024;

/**
 * `delete`: takes away what a container has left whose shim is gone, and says so. containerd calls it in the bundle, which
 * it also names, and prints what comes on standard error.
 */
export async function deleteContainer({ namespace, id, debug, ...flags }: ShimFlags): Promise<number> {
  if (!isContainerId(id) || !isContainerId(namespace)) throw new WrunError("invalid", "-id or -namespace");
  const bundle = flags.bundle === "" ? process.cwd() : absolutePath(flags.bundle, "/");
  const log = shimLog(lineWriter(stderr), {
    fields: { namespace, container: id },
    level: logLevel("", debug),
  });
  let pid = 0;
  let folders: readonly HostPath[] = [];
  // Whatever is wrong with one of them, what can be taken away is.
  for (const step of [
    () => void (pid = Number(ownText(bundle, "init.pid")) || 0),
    () => void (folders = cgroupFoldersOf(pid, id)),
    () => endContainer({ id, bundle, namespace, log }),
    () => removeCgroups(folders),
    () => unmountBeneath(`${bundle}/rootfs`),
    () => removeDeadSocket(bundle),
    () => tellMonitor(namespace, id),
  ])
    await tried(step, log);
  const { encodeDeleteResponse } = await import("../../transport/delete-response.ts");
  print(encodeDeleteResponse({ pid, exitStatus: killed, exitedAt: new Date() }));
  return 0;
}

async function tried(step: () => void | Promise<void>, log: ShimLog): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof WrunError) || error.code !== "not-found") log.warning(String(error));
  }
}

interface Left {
  readonly id: string;
  readonly bundle: HostPath;
  readonly namespace: string;
  readonly log: ShimLog;
}

function endContainer({ id, bundle, namespace, log }: Left): Promise<void> {
  const options = optionsFromJson(ownText(bundle, "options.json") ?? "{}");
  const runtime = lowLevelRuntime(options, bundle, { namespace, openFiles: undefined, log });
  return runtime.call("delete", ["--force", id]);
}

// Of files that say which program is run and which socket is removed, only those that a shim of our own user has left are read.
function ownText(bundle: HostPath, name: string): string | undefined {
  return linuxFiles.readText(`${bundle}/${name}`, { maxBytes: maxLeftBytes, ours: true });
}

// The shim that would have told it is dead.
async function tellMonitor(namespace: string, id: string): Promise<void> {
  const spool = eventsSpool();
  if (spool !== undefined)
    (await import("../../events/tell-tasks.ts")).tellDead(spool, namespace, { id, code: killed });
}

// Other containers of the pod may have the same shim, and it may live.
function removeDeadSocket(bundle: HostPath): void {
  const socket = socketIn(ownText(bundle, "address") ?? "");
  if (socket !== undefined) removeDead(socket);
}
