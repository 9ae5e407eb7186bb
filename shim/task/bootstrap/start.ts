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
import type { HostPath } from "../../../oci/grant.ts";
import { oneLine } from "../../one-line.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import type { BootstrapParams } from "../../transport/bootstrap.ts";
import { openShimLog } from "../shim-log.ts";
import type { ShimFlags } from "../shim-flags.ts";
import { shimName } from "../shim.ts";
import { groupOf, socketFolder, socketPath } from "./address.ts";
import { listen } from "./listen.ts";
import { readInput } from "./params.ts";
import { protocolFor } from "./protocol.ts";

/**
 * `start`: leaves a shim behind that serves the container's pod, or finds the one that does, and prints its address.
 * containerd calls it in the bundle.
 */
export async function start(flags: ShimFlags): Promise<number> {
  checkNames(flags);
  const bundle = process.cwd();
  const spec = parseRuntimeSpec(linuxFiles.readText(`${bundle}/config.json`) ?? "{}");
  const { params, options } = await readInput(flags);
  const group = groupOf(spec, flags.id);
  const socket = await socketPath({ ...flags, group }, folderOf(params));
  const protocol = await protocolFor(flags);
  // containerd puts the scheme before an address for gRPC itself.
  const address = protocol === "grpc" ? socket : `unix://${socket}`;
  linuxFiles.writeText(`${bundle}/address`, address, 0o600);
  const logLevel = params?.logLevel ?? "";
  const listener = listen(socket);
  if (listener !== undefined)
    await leaveBehind(
      { ...flags, socket, bundle, logLevel },
      { listener, protocol, cgroup: options?.shimCgroup },
    );
  print(await answer(address, protocol, params !== undefined));
  return 0;
}

function folderOf(params: BootstrapParams | undefined): HostPath {
  const folder = params?.socketDir ?? "";
  if (folder === "") return socketFolder;
  if (folder.startsWith("/")) return absolutePath(folder, "/");
  throw new WrunError("invalid", `socket_dir ${JSON.stringify(oneLine(folder, 300))} is not absolute`);
}

function checkNames({ namespace, id, address }: ShimFlags): void {
  for (const [flag, name] of Object.entries({ namespace, id }))
    if (!isContainerId(name)) throw new WrunError("invalid", `-${flag} ${JSON.stringify(name.slice(0, 80))}`);
  if (address === "") throw new WrunError("invalid", "-address is missing");
}

interface Serving {
  readonly listener: number;
  readonly protocol: Protocol;
  /** The cgroup that the process is to be in; ours where there is none. */
  readonly cgroup: string | undefined;
}

// Its own session, so that it outlives containerd, and none of our streams: containerd reads them to their end.
async function leaveBehind(flags: ShimFlags, { listener, protocol, cgroup = "" }: Serving): Promise<void> {
  try {
    if (cgroup !== "") (await import("../../cgroup/join.ts")).joinCgroup(cgroup);
    const pid = native.spawn({
      path: process.execPath,
      argv: [shimName, ...servingFlags(flags, protocol)],
      env: compilerlessEnvironment(),
      cwd: "/",
      fds: [-1, -1, openShimLog(flags.bundle), listener],
      setsid: true,
    });
    checked(pid, "start", process.execPath);
  } catch (error) {
    linuxFiles.removeFile(flags.socket);
    throw error;
  } finally {
    native.close(listener);
  }
}

function servingFlags(
  { namespace, id, address, bundle, socket, debug, logLevel }: ShimFlags,
  serve: Protocol,
): string[] {
  const openFiles = callersLimit()?.soft.toString() ?? "";
  const own = { "open-files": openFiles, "log-level": logLevel };
  const values = { namespace, id, address, bundle, socket, serve, ...own };
  const flags = Object.entries(values).flatMap(([name, value]) => [`-${name}`, value]);
  return debug ? ["-debug", ...flags] : flags;
}

async function answer(address: string, protocol: Protocol, isNew: boolean): Promise<string | Uint8Array> {
  if (isNew)
    return (await import("../../transport/bootstrap.ts")).encodeResult({ version: 3, address, protocol });
  // Every containerd takes a bare address for ttrpc and version 2 of the Task service.
  return protocol === "ttrpc" ? address : JSON.stringify({ version: 2, address, protocol });
}
