import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { eventsSpool } from "../events/setting.ts";
import { becomeSubreaper } from "../host/children.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { ready, whenReady } from "../host/readiness.ts";
import { problemOf } from "../problem.ts";
import { sendTo } from "../transport/send-event.ts";
import type { Protocol } from "../transport/server.ts";
import type { TaskMonitor } from "../events/tell-tasks.ts";
import { serveTasks } from "../transport/serve-tasks.ts";
import { Publisher } from "./publisher.ts";
import { TaskService } from "./service.ts";
import type { ShimFlags } from "./shim-flags.ts";
import { lineWriter, logLevel, type ShimLog, shimLog } from "./shim-log.ts";

const stderr = 2;
const [sigint, sigterm] = [2, 15];
/** How long containerd may take for the last events, in milliseconds. It has deleted everything by then, and waits for nothing of ours. */
const drainTimeoutMs = 10_000;
/** How long a shim without containers and callers waits for either, in milliseconds. */
const idle = 60_000;

/** What a shim serves with: what containerd said to `start`, and what that has made of it. */
export interface Served extends Pick<ShimFlags, "namespace" | "address" | "id" | "debug"> {
  /** Where `listener` listens. */
  readonly socket: HostPath;
  readonly listener: number;
  readonly protocol: Protocol;
  /** The soft limit of open files that containers inherit where they have none of their own. */
  readonly openFiles: number;
  /** The level of the log, where containerd has told it otherwise than by -debug. */
  readonly logLevel: string;
}

/** What `start` becomes: serves containerd until that has no use for it any more. */
export async function serve(served: Served): Promise<number> {
  const { namespace, address, id, debug, openFiles, protocol } = served;
  const log = shimLog(lineWriter(stderr), {
    level: logLevel(served.logLevel, debug),
    fields: { runtime: "io.containerd.wrun.v1", namespace, pod: id },
  });
  const failed = (error: unknown): void => log.error(problemOf(error));
  // Whatever a bug of ours is, the containers of a pod are not to lose their shim by it.
  process.on("unhandledRejection", failed).on("uncaughtException", failed);
  becomeSubreaper();
  preferOverContainerd(log);
  const publisher = new Publisher(sendTo(eventsSocket(address), namespace), log);
  const monitor = await openMonitor(namespace, log);
  const stopped = Promise.withResolvers<void>();
  const service = new TaskService(
    {
      namespace,
      address,
      log,
      sockets: socketFolder(),
      openFiles,
      room: () => publisher.room(),
      publish: (event, more) => {
        publisher.publish(event);
        monitor?.emit(event, more);
      },
      ...(monitor?.reports === undefined ? {} : { reports: monitor.reports }),
    },
    stopped.resolve,
  );
  const server = await serveTasks(served.listener, { task: service.handlers, protocol, failed });
  void stopOnSignals(stopped.resolve);
  const timer = setInterval(() => service.isEmpty && server.isIdle && stopped.resolve(), idle);
  await stopped.promise;
  clearInterval(timer);
  service.close();
  // While we listen still: whoever starts now makes a socket of their own.
  native.unlinkat(atFdcwd, served.socket, 0);
  await server.close();
  await publisher.drained(drainTimeoutMs);
  return 0;
}

// Most nodes have no monitor: what writes for it is not loaded there.
async function openMonitor(namespace: string, log: ShimLog): Promise<TaskMonitor | undefined> {
  try {
    const spool = eventsSpool();
    return spool === undefined
      ? undefined
      : (await import("../events/tell-tasks.ts")).taskMonitor(spool, namespace);
  } catch (error) {
    log.warning(`events for the monitor are off: ${String(error)}`);
    return undefined;
  }
}

function eventsSocket(address: string): HostPath {
  const named = process.env["TTRPC_ADDRESS"] ?? "";
  return (named === "" ? `${address}.ttrpc` : named).replace(/^unix:\/\//, "");
}

function socketFolder(): HostPath {
  const folder = "/run/wrun/shim";
  makeParents(`${folder}/`, 0o700);
  return folder;
}

async function stopOnSignals(stop: () => void): Promise<void> {
  const told = checked(native.eventfd(), "create", "an eventfd");
  for (const signal of [sigint, sigterm]) native.signalTo(signal, told);
  await whenReady(told, ready.read);
  stop();
}

// Where memory is short the kernel is to end a shim before containerd (containerd: pkg/sys/oom_linux.go).
function preferOverContainerd(log: ShimLog): void {
  const file = "/proc/self/oom_score_adj";
  try {
    const score = Number(linuxFiles.readText(file));
    const fd = native.openat(-100, file, 1, 0);
    const bytes = new TextEncoder().encode(`${Math.min(score + 1, 1000)}`);
    native.write(fd, bytes.buffer, 0, bytes.length);
    native.close(fd);
  } catch (error) {
    log.debug(String(error));
  }
}
