import { WrunError } from "../../oci/error.ts";
import { engineEnvironment } from "../../oci/engine-env.ts";
import { toFlags, wrapEnv } from "../../oci/grant-flags.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { WasmPlan } from "../../oci/plan.ts";
import { endOf, parseReports } from "../../oci/report.ts";
import type { Engine, EngineLaunch, Host } from "../host/host.ts";
import type { ContainerFolder } from "./container-folder.ts";
import { formatRecord, type ContainerRecord } from "./container-record.ts";
import type { CreateRequest } from "./sandbox.ts";

/** What a container is made of. */
export interface Launch {
  readonly folder: ContainerFolder;
  readonly plan: WasmPlan;
  readonly request: CreateRequest;
  /** The guest waits for `start`. */
  readonly gated: boolean;
  /** The engine describes the module in its reports. */
  readonly describe: boolean;
  /** Takes what the caller should know of a container that runs all the same. */
  readonly warn: (text: string) => void;
}

/** Makes a container: its folder, its engine with the guest loaded, its record. All of it, or nothing is left. */
export function launch(host: Host, { folder, plan, request, gated, describe, warn }: Launch): Engine {
  using lock = folder.claim(host);
  using undo = new DisposableStack();
  undo.defer(() => host.removeTree(lock.path));
  makeScratch(host, folder, plan);
  // Beneath the scratch directories too. As with crun and runc, those in the image stay when the container is removed.
  for (const point of plan.mountPoints) host.makeMountPoint(point);
  if (gated) host.makeFifo(folder.gate);
  const engine = host.startEngine(engineLaunch({ folder, plan, request, gated, describe }));
  undo.defer(() => host.stopEngine(engine));
  setOomScoreAdj(host, engine, { plan, warn });
  const record = recordOf(host, { folder, plan, request, engine });
  host.writeText(folder.record, formatRecord(record), 0o600);
  if (!host.engineLoaded(engine)) throw notLoaded(host, folder, engine);
  if (request.pidFile !== undefined) host.writeText(request.pidFile, `${engine.pid}`, 0o644);
  undo.move();
  return engine;
}

// The plan names its scratch directories parents first, all beneath the folder's own.
function makeScratch(host: Host, folder: ContainerFolder, plan: WasmPlan): void {
  if (plan.scratch.length > 0) host.makeDirectory(folder.scratch);
  for (const path of plan.scratch) host.makeDirectory(path);
}

// Sockets that were handed to us (LISTEN_FDS) come first, from descriptor 3 on. The engine's environment is
// its own and the guest's, wrapped, and nothing else.
function engineLaunch({ folder, plan, request, gated, describe }: Omit<Launch, "warn">): EngineLaunch {
  const sockets = plan.grant.listen.filter((address) => address.startsWith("fd:")).length;
  return {
    args: [
      ...(gated ? ["--start-fifo", folder.gate] : []),
      ...(describe ? ["--describe"] : []),
      ...toFlags(plan.grant),
    ],
    env: [...engineEnvironment, ...wrapEnv(plan.grant.env)],
    status: folder.status,
    preserveFds: sockets + request.preserveFds,
  };
}

// What a caller without root cannot have, its plan has named.
function setOomScoreAdj(host: Host, engine: Engine, { plan, warn }: Pick<Launch, "plan" | "warn">): void {
  const value = plan.spec.process?.oomScoreAdj;
  if (typeof value !== "number" || (value < 0 && host.uid !== 0)) return;
  if (!host.setOomScoreAdj(engine, value))
    warn(`config.json: process.oomScoreAdj: ${value} is not set: the kernel refuses it`);
}

function recordOf(
  host: Host,
  made: Pick<Launch, "folder" | "plan" | "request"> & { readonly engine: Engine },
): ContainerRecord {
  const { pid, startTime } = made.engine;
  return {
    id: made.folder.id,
    pid,
    startTime,
    bundle: made.request.bundle,
    rootfs: made.plan.rootfs,
    created: host.now().toISOString(),
    owner: host.uid,
    annotations: made.plan.spec.annotations ?? {},
  };
}

function notLoaded(host: Host, folder: ContainerFolder, engine: Engine): WrunError {
  const code = host.engineEnded(engine, []);
  const end = endOf(parseReports(host.readText(folder.status) ?? ""));
  if (end?.report === "failed") return new WrunError(end.code === 127 ? "not-found" : "invalid", end.reason);
  return new WrunError("io", `the engine ended with exit code ${code} before it had loaded the guest`);
}

/** Makes the directory that holds all containers, and those above it. */
export function makeStateRoot(host: Host, root: HostPath): void {
  if (host.exists(root)) return;
  const parts = root.split("/").slice(1);
  parts.forEach((_, index) => host.makeDirectory(`/${parts.slice(0, index + 1).join("/")}`));
}
