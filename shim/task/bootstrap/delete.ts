import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { print } from "../../cli/print.ts";
import { isContainerId } from "../../container-id.ts";
import { linuxFiles } from "../../host/files.ts";
import { lowLevelRuntime } from "../create.ts";
import { optionsFromJson } from "../options.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import { unmountBeneath } from "../rootfs.ts";
import type { ShimFlags } from "../shim-flags.ts";
import { shimLog } from "../shim-log.ts";
import { socketIn } from "./address.ts";
import { isServed } from "./listen.ts";

/** The exit status of a container whose shim has died: 128 and SIGKILL. */
const killed = 137;

/**
 * `delete`: takes away what a container has left whose shim is gone, and says so. containerd calls it in the bundle, which
 * it also names, and prints what comes on standard error.
 */
export async function deleteContainer({ namespace, id, debug, ...flags }: ShimFlags): Promise<number> {
  if (!isContainerId(id) || !isContainerId(namespace)) throw new WrunError("invalid", "-id or -namespace");
  const bundle = flags.bundle === "" ? process.cwd() : absolutePath(flags.bundle, "/");
  const pid = Number(linuxFiles.readText(`${bundle}/init.pid`) ?? "0") || 0;
  const log = shimLog((line) => native.write(2, new TextEncoder().encode(line).buffer, 0, line.length), {
    debug,
    fields: { namespace, id },
  });
  const options = optionsFromJson(linuxFiles.readText(`${bundle}/options.json`) ?? "{}");
  const runtime = lowLevelRuntime(options, bundle, { namespace, openFiles: undefined, log });
  await runtime.call("delete", ["--force", id]).catch((error: unknown) => {
    if (!(error instanceof WrunError) || error.code !== "not-found") log.warning(String(error));
  });
  unmountBeneath(`${bundle}/rootfs`);
  removeDeadSocket(bundle);
  const { encodeDeleteResponse } = await import("../../transport/delete-response.ts");
  print(encodeDeleteResponse({ pid, exitStatus: killed, exitedAt: new Date() }));
  return 0;
}

// Other containers of the pod may have the same shim, and it may live.
function removeDeadSocket(bundle: HostPath): void {
  const socket = socketIn(linuxFiles.readText(`${bundle}/address`) ?? "");
  if (socket !== undefined && !isServed(socket)) linuxFiles.removeFile(socket);
}
