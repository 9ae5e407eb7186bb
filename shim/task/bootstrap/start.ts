import { native } from "../../../native/native.ts";
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
import { groupOf, socketFolder, socketPath } from "./address.ts";
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
  // containerd puts the scheme before an address for gRPC itself.
  const address = protocol === "grpc" ? socket : `unix://${socket}`;
  linuxFiles.writeText(`${bundle}/address`, address, 0o600);
  print(await answer(address, protocol, params !== undefined));
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

async function answer(address: string, protocol: Protocol, isNew: boolean): Promise<string | Uint8Array> {
  if (isNew)
    return (await import("../../transport/bootstrap.ts")).encodeResult({ version: 3, address, protocol });
  // Every containerd takes a bare address for ttrpc and version 2 of the Task service.
  return protocol === "ttrpc" ? address : JSON.stringify({ version: 2, address, protocol });
}
