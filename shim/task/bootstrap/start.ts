import { native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { parseRuntimeSpec } from "../../../oci/parse-runtime-spec.ts";
import { WrunError } from "../../../oci/error.ts";
import { checked } from "../../host/errno.ts";
import { linuxFiles } from "../../host/files.ts";
import { compilerlessEnvironment } from "../../callers-environment.ts";
import { callersLimit } from "../../open-files-limit.ts";
import { isContainerId } from "../../container-id.ts";
import { print } from "../../cli/print.ts";
import type { Protocol } from "../../transport/server.ts";
import { openShimLog } from "../shim-log.ts";
import type { ShimFlags } from "../shim-flags.ts";
import { shimName } from "../shim.ts";
import { addressOf, addressText, groupOf, socketFolder, socketPath } from "./address.ts";
import { listen } from "./listen.ts";
import { readParams } from "./params.ts";
import { protocolFor } from "./protocol.ts";

/**
 * `start`: leaves a shim behind that serves the container's pod, or finds the one that does, and prints its address.
 * containerd calls it in the bundle.
 */
export async function start(flags: ShimFlags): Promise<number> {
  checkNames(flags);
  const bundle = process.cwd();
  const spec = parseRuntimeSpec(linuxFiles.readText(`${bundle}/config.json`) ?? "{}");
  const params = await readParams(flags);
  const group = groupOf(spec, flags.id);
  const socket = await socketPath({ ...flags, group }, params?.socketDir || socketFolder);
  const listener = listen(socket);
  const protocol = await protocolFor(flags);
  if (listener !== undefined) leaveBehind({ ...flags, socket, bundle }, listener, protocol);
  const text = addressText(socket, protocol);
  linuxFiles.writeText(`${bundle}/address`, text, 0o600);
  print(params === undefined ? text : await newAnswer(socket, protocol));
  return 0;
}

function checkNames({ namespace, id, address }: ShimFlags): void {
  for (const [flag, name] of Object.entries({ namespace, id }))
    if (!isContainerId(name)) throw new WrunError("invalid", `-${flag} ${JSON.stringify(name.slice(0, 80))}`);
  if (address === "") throw new WrunError("invalid", "-address is missing");
}

// Its own session, so that it outlives containerd, and none of our streams: containerd reads them to their end.
function leaveBehind(flags: ShimFlags, listener: number, protocol: Protocol): void {
  const pid = native.spawn({
    path: process.execPath,
    argv: [shimName, ...servingFlags(flags, protocol)],
    env: compilerlessEnvironment(),
    cwd: "/",
    fds: [-1, -1, openShimLog(flags.bundle), listener],
    setsid: true,
  });
  native.close(listener);
  checked(pid, "start", process.execPath);
}

function servingFlags(
  { namespace, id, address, bundle, socket, debug }: ShimFlags,
  serve: Protocol,
): string[] {
  const openFiles = callersLimit()?.soft.toString() ?? "";
  const values = { namespace, id, address, bundle, socket, serve, "open-files": openFiles };
  const flags = Object.entries(values).flatMap(([name, value]) => [`-${name}`, value]);
  return debug ? ["-debug", ...flags] : flags;
}

async function newAnswer(socket: HostPath, protocol: Protocol): Promise<Uint8Array> {
  const { encodeResult } = await import("../../transport/bootstrap.ts");
  return encodeResult({ version: 3, address: addressOf(socket, protocol), protocol });
}
