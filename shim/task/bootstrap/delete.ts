import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { print } from "../../cli/print.ts";
import { isContainerId } from "../../container-id.ts";
import { eventsSpool } from "../../events/setting.ts";
import { linuxFiles } from "../../host/files.ts";
import { lowLevelRuntime } from "../create.ts";
import { optionsFromJson } from "../options.ts";
import { unmountBeneath } from "../rootfs.ts";
import type { ShimFlags } from "../shim-flags.ts";
import { shimLog } from "../shim-log.ts";
import { isServed } from "./listen.ts";

/** The exit status of a container whose shim has died: 128 and SIGKILL. */
const killed = 137;

/**
 * `delete`: takes away what a container has left whose shim is gone, and says so. containerd calls it in the bundle, and
 * prints what comes on standard error.
 */
export async function deleteContainer({ namespace, id, debug }: ShimFlags): Promise<number> {
  if (!isContainerId(id) || !isContainerId(namespace)) throw new WrunError("invalid", "-id or -namespace");
  const bundle = process.cwd();
  const pid = Number(linuxFiles.readText(`${bundle}/init.pid`) ?? "0") || 0;
  const log = shimLog((line) => native.write(2, new TextEncoder().encode(line).buffer, 0, line.length), {
    debug,
    fields: { namespace, container: id },
  });
  const options = optionsFromJson(linuxFiles.readText(`${bundle}/options.json`) ?? "{}");
  const runtime = lowLevelRuntime(options, bundle, { namespace, openFiles: undefined, log });
  await runtime.call("delete", ["--force", id]).catch((error: unknown) => {
    if (!(error instanceof WrunError) || error.code !== "not-found") log.warning(String(error));
  });
  unmountBeneath(`${bundle}/rootfs`);
  removeDeadSocket(bundle);
  await tellMonitor(namespace, id);
  const { encodeDeleteResponse } = await import("../../transport/delete-response.ts");
  print(encodeDeleteResponse({ pid, exitStatus: killed, exitedAt: new Date() }));
  return 0;
}

// The shim that would have told it is dead.
async function tellMonitor(namespace: string, id: string): Promise<void> {
  try {
    const spool = eventsSpool();
    if (spool !== undefined)
      (await import("../../events/tell-tasks.ts")).tellDead(spool, namespace, { id, code: killed });
  } catch (error) {
    if (!(error instanceof WrunError)) throw error;
  }
}

// Other containers of the pod may have the same shim, and it may live.
function removeDeadSocket(bundle: HostPath): void {
  const address = (linuxFiles.readText(`${bundle}/address`) ?? "").trim();
  const socket = address.replace(/^unix:\/\//, "");
  if (socket.startsWith("/") && !isServed(socket)) linuxFiles.removeFile(socket);
}
