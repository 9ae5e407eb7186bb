import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { restoreEnvironment } from "../callers-environment.ts";
import { eventsSpool } from "../events/setting.ts";
import { becomeSubreaper } from "../host/children.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { ready, whenReady } from "../host/readiness.ts";
import { sendTo } from "../transport/send-event.ts";
import { serveTasks } from "../transport/serve-tasks.ts";
import { Publisher } from "./publisher.ts";
import { TaskService } from "./service.ts";
import type { Pod } from "./pod.ts";
import type { ShimFlags } from "./shim-flags.ts";
import { shimLog, type ShimLog } from "./shim-log.ts";

const listener = 3;
const stderr = 2;
const [sigint, sigterm] = [2, 15];
/** How long containerd may take for the last events, in milliseconds. */
const patience = 3000;
/** How long a shim without containers and callers waits for either, in milliseconds. */
const idle = 60_000;

/** The process that `start` leaves behind: serves containerd until that has no use for it any more. */
export async function serve(flags: ShimFlags): Promise<number> {
  restoreEnvironment();
  const { namespace, address, id, debug } = flags;
  const log = shimLog(writeLine, {
    debug,
    fields: { runtime: "io.containerd.wrun.v1", namespace, pod: id },
  });
  becomeSubreaper();
  preferOverContainerd(log);
  const publisher = new Publisher(sendTo(eventsSocket(address), namespace), log);
  const tellMonitor = await openTeller(namespace, log);
  const stopped = Promise.withResolvers<void>();
  const service = new TaskService(
    {
      namespace,
      address,
      log,
      sockets: socketFolder(),
      openFiles: flags.openFiles === "" ? undefined : Number(flags.openFiles),
      publish: (event, more) => {
        publisher.publish(event);
        tellMonitor?.(event, more);
      },
    },
    stopped.resolve,
  );
  const server = await serveTasks(service.handlers, listener, flags.serve);
  void stopOnSignals(stopped.resolve);
  const timer = setInterval(() => service.isEmpty && server.isIdle && stopped.resolve(), idle);
  await stopped.promise;
  clearInterval(timer);
  // While we listen still: whoever starts now makes a socket of their own.
  linuxFiles.removeFile(flags.socket);
  await server.close();
  await publisher.drained(patience);
  return 0;
}

// Most nodes have no monitor: what tells it is not loaded there.
async function openTeller(namespace: string, log: ShimLog): Promise<Pod["publish"] | undefined> {
  try {
    const spool = eventsSpool();
    return spool === undefined
      ? undefined
      : (await import("../events/tell-tasks.ts")).taskTeller(spool, namespace);
  } catch (error) {
    log.warning(`events for the monitor are off: ${String(error)}`);
    return undefined;
  }
}

function writeLine(line: string): void {
  const bytes = new TextEncoder().encode(line);
  native.write(stderr, bytes.buffer, 0, bytes.length);
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
  const told = native.eventfd();
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
