import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { eventsSpool, spoolOf, usualAddress } from "../events/setting.ts";
import { ready, whenReady } from "../host/readiness.ts";
import { problemOf } from "../problem.ts";
import type { TlsFiles } from "../transport/grpc/server.ts";
import { serveMonitor } from "../transport/monitor/serve.ts";
import { monitorServices } from "../transport/monitor/services.ts";
import type { Address } from "./address.ts";
import { listenAt, passedSocket } from "./listen.ts";
import { logObserver } from "./log-observer.ts";
import { asksForTraces } from "./tracing-environment.ts";
import { Monitor, type Observer } from "./monitor.ts";
import type { MonitorLog } from "./monitor-log.ts";

/** What `wrun monitor` was told. */
export interface RunOptions {
  readonly addresses: readonly Address[];
  readonly tls: TlsFiles | undefined;
  /** Where Prometheus is answered. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly log: MonitorLog;
}

const [sigint, sigterm] = [2, 15];

/** Serves until a SIGTERM or SIGINT. */
export async function runMonitor({ addresses, tls, metrics, log }: RunOptions): Promise<number> {
  await using undo = new AsyncDisposableStack();
  const failed = (error: unknown): void => log.error(problemOf(error));
  // Whatever a bug of ours is, it is not to end what is told of all the others.
  process.on("unhandledRejection", failed).on("uncaughtException", failed);
  const parts = { observers: [logObserver(log)] as Observer[], missed: 0 };
  const metered = metrics === undefined ? undefined : (await import("./metrics.ts")).openMetrics();
  if (metered !== undefined) parts.observers.push(metered.observe);
  const tracer = asksForTraces(process.env)
    ? await (await import("./tracing.ts")).openTracer(process.env, log)
    : undefined;
  if (tracer !== undefined) {
    parts.observers.push(tracer.observe);
    undo.defer(() => tracer.close());
  }
  const monitor = new Monitor({
    spool: spoolFor(addresses),
    log,
    observers: parts.observers,
    dropped: (count) => metered?.dropped(count),
  });
  undo.defer(() => monitor.close());
  const services = monitorServices({
    feed: monitor.feed,
    publish: (event) => monitor.publish(event),
    list: () => monitor.list(),
    now: () => BigInt(Date.now()) * 1_000_000n,
    missed: (namespace) => {
      metered?.missed();
      log.warning("a subscriber came back too late: events that it has not seen are kept no more", {
        namespace,
      });
    },
  });
  const server = await serveMonitor(services, doorsOf(addresses, tls));
  undo.defer(() => server.close());
  if (metrics !== undefined && metered !== undefined) {
    const scraped = await metered.listen(metrics, () => monitor.list());
    undo.defer(() => scraped.close());
    log.info(`metrics at http://${metrics.host}:${scraped.port}/metrics`);
  }
  await monitor.start();
  log.info(`monitoring at ${addresses.map((address) => shown(address, server.ports)).join(", ")}`);
  await stopSignal();
  log.info("ending");
  return 0;
}

// The first socket names the spool; who listens on TCP alone reads the one that verbs are told of.
function spoolFor(addresses: readonly Address[]): HostPath {
  const unix = addresses.find((address) => address.kind === "unix");
  return unix?.spool ?? eventsSpool() ?? spoolOf(usualAddress);
}

function doorsOf(
  addresses: readonly Address[],
  tls: TlsFiles | undefined,
): Parameters<typeof serveMonitor>[1] {
  const passed = passedSocket();
  const sockets = addresses.flatMap((address) =>
    address.kind === "unix" ? [passed ?? listenAt(address.path)] : [],
  );
  const tcp = addresses.flatMap((address) => {
    if (address.kind === "unix") return [];
    if (tls === undefined)
      throw new WrunError("precondition", "--listen tcp://… needs --tls-cert, --tls-key and --tls-ca");
    return [
      { address: `${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`, tls },
    ];
  });
  return { sockets, tcp };
}

function shown(address: Address, ports: readonly number[]): string {
  return address.kind === "unix"
    ? `unix://${address.path}`
    : `tcp://${address.host}:${address.port || ports[0]}`;
}

async function stopSignal(): Promise<void> {
  const told = native.eventfd();
  for (const signal of [sigint, sigterm]) native.signalTo(signal, told);
  await whenReady(told, ready.read);
}
