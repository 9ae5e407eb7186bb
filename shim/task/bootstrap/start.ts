import { atFdcwd, native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { parseRuntimeSpec } from "../../../oci/parse-runtime-spec.ts";
import { WrunError } from "../../../oci/error.ts";
import { checked } from "../../host/errno.ts";
import { linuxFiles } from "../../host/files.ts";
import { open } from "../../host/open-flags.ts";
import { isContainerId } from "../../container-id.ts";
import { print } from "../../cli/print.ts";
import type { Protocol } from "../../transport/server.ts";
import { oneLine } from "../../one-line.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import type { BootstrapParams } from "../../transport/bootstrap.ts";
import { openShimLog } from "../shim-log.ts";
import type { ShimFlags } from "../shim-flags.ts";
import { addressOf, addressText, groupOf, socketFolder, socketPath } from "./address.ts";
import { listen } from "./listen.ts";
import { readInput } from "./params.ts";
import { protocolFor } from "./protocol.ts";

/** The launcher's pipe, which waits for a shim's answer in its caller's place (native/launcher/shim.c). */
const answered = 3;

/**
 * `start`: prints the address of the shim that serves the container's pod. Where there is none, this process becomes it,
 * and returns when it has served. containerd calls it in the bundle. `openFiles`: the caller's limit, as the launcher has told.
 */
export async function start(flags: ShimFlags, openFiles: number | undefined): Promise<number> {
  checkNames(flags);
  if (openFiles === undefined)
    throw new WrunError(
      "invalid",
      "this is the executable behind the launcher: make the link by wrun install",
    );
  const bundle = process.cwd();
  const spec = parseRuntimeSpec(linuxFiles.readText(`${bundle}/config.json`, { followLink: true }) ?? "{}");
  const { params, options } = await readInput(flags);
  const group = groupOf(spec, flags.id);
  const socket = await socketPath({ ...flags, group }, folderOf(params));
  const protocol = await protocolFor(flags);
  const listener = listen(socket);
  if (listener !== undefined) await join(options?.shimCgroup ?? "", socket);
  const text = addressText(socket, protocol);
  linuxFiles.writeText(`${bundle}/address`, text, 0o600);
  print(params === undefined ? text : await newAnswer(socket, protocol));
  if (listener === undefined) return 0;
  leaveCaller(bundle);
  return (await import("../daemon.ts")).serve({
    ...flags,
    logLevel: params?.logLevel ?? "",
    socket,
    protocol,
    listener,
    openFiles,
  });
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

async function join(cgroup: string, socket: HostPath): Promise<void> {
  if (cgroup === "") return;
  try {
    (await import("../../cgroup/join.ts")).joinCgroup(cgroup);
  } catch (error) {
    linuxFiles.removeFile(socket);
    throw error;
  }
}

// containerd reads both streams to their end, and the bundle is to be removed while we serve.
function leaveCaller(bundle: HostPath): void {
  const nothing = checked(native.openat(atFdcwd, "/dev/null", open.readWrite, 0), "open", "/dev/null");
  const log = openShimLog(bundle);
  for (const [from, to] of [
    [nothing, 0],
    [nothing, 1],
    [log < 0 ? nothing : log, 2],
  ] as const)
    checked(native.dup2(from, to), "put away", `descriptor ${to}`);
  for (const fd of [nothing, log]) if (fd >= 0) native.close(fd);
  checked(native.chdir("/"), "change to", "/");
  native.write(answered, new ArrayBuffer(1), 0, 1);
  native.close(answered);
}

async function newAnswer(socket: HostPath, protocol: Protocol): Promise<Uint8Array> {
  const { encodeResult } = await import("../../transport/bootstrap.ts");
  return encodeResult({ version: 3, address: addressOf(socket, protocol), protocol });
}
