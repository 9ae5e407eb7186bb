import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { shimMemory } from "./shim-memory.ts";
import { textOf } from "./traces.ts";
import type { Observer } from "./monitor.ts";
import type { SeenContainer } from "./seen-container.ts";

/** What is counted, and where it is asked for. */
export interface Metrics {
  readonly observe: Observer;
  /** Records that verbs had to drop. */
  dropped(count: number): void;
  /** A subscriber that came back too late. */
  missed(): void;
  /** Answers GET /metrics. */
  listen(
    at: { readonly host: string; readonly port: number },
    list: () => readonly SeenContainer[],
  ): Promise<{ readonly port: number; close(): Promise<void> }>;
}

const states = ["created", "running", "paused", "stopped"] as const;
// From the launcher's 10 ms to an image on a slow disk.
const buckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** The monitor's metrics, in a registry of their own. */
export function openMetrics(): Metrics {
  const registers = [new Registry()] as [Registry];
  const [registry] = registers;
  const made = makeInstruments(registers);
  return {
    observe: ({ told, lives }, before) => {
      for (const { event } of told) {
        if (event.topic === "/tasks/start") made.starts.inc();
        if (event.topic === "/wrun/exit" && event.id === event.containerId)
          made.exits.inc({ code: event.exitStatus, reason: event.reason });
        if (event.topic === "/tasks/oom") made.ooms.inc();
      }
      for (const [key, life] of lives)
        if (life?.startTook !== undefined && before.get(key)?.startTook === undefined)
          // A clock that was set back meanwhile counts as no time.
          made.startSeconds.observe(Math.max(life.createTook + life.startTook, 0) / 1e6);
    },
    dropped: (count) => made.dropped.inc(count),
    missed: () => made.missed.inc(),
    listen: async ({ host, port }, list) => {
      const server = createServer((request, response) => {
        if (request.url !== "/metrics" || request.method !== "GET") {
          response.writeHead(404).end();
          return;
        }
        set(made, list());
        void registry.metrics().then((text) => {
          response.writeHead(200, { "content-type": registry.contentType }).end(text);
        });
      });
      server.listen(port, host);
      await once(server, "listening");
      return {
        port: (server.address() as AddressInfo).port,
        close: async () => {
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
}

function makeInstruments(registers: [Registry]) {
  return {
    containers: new Gauge({
      name: "wrun_containers",
      help: "Containers that have not been deleted, by their state",
      labelNames: ["state"],
      registers,
    }),
    starts: new Counter({ name: "wrun_container_starts_total", help: "Containers started", registers }),
    exits: new Counter({
      name: "wrun_container_exits_total",
      help: "Containers ended, by exit code and reason",
      labelNames: ["code", "reason"],
      registers,
    }),
    ooms: new Counter({
      name: "wrun_container_ooms_total",
      help: "Kills for memory in containers",
      registers,
    }),
    startSeconds: new Histogram({
      name: "wrun_container_start_seconds",
      help: "Time that create and start took together",
      buckets,
      registers,
    }),
    guestMemory: new Gauge({
      name: "wrun_container_memory_bytes",
      help: "Memory that the cgroups of running containers hold",
      labelNames: ["kind"],
      registers,
    }),
    memory: new Gauge({
      name: "wrun_monitor_memory_bytes",
      help: "Resident memory of the monitor",
      registers,
    }),
    shimMemory: new Gauge({
      name: "wrun_shim_memory_bytes",
      help: "Memory that the shims of running containers hold for themselves",
      registers,
    }),
    dropped: new Counter({
      name: "wrun_events_dropped_total",
      help: "Events that were not written down because the spool was full",
      registers,
    }),
    missed: new Counter({
      name: "wrun_subscribers_late_total",
      help: "Subscribers that came back when events that they had not seen were kept no more",
      registers,
    }),
  };
}

function set(made: ReturnType<typeof makeInstruments>, list: readonly SeenContainer[]): void {
  for (const state of states)
    made.containers.set({ state }, list.filter(({ status }) => status === state).length);
  for (const kind of ["wasm", "native"] as const) {
    const ofKind = list.filter(({ wasm }) => wasm === (kind === "wasm"));
    made.guestMemory.set(
      { kind },
      ofKind.reduce((sum, { memory }) => sum + memory, 0),
    );
  }
  made.shimMemory.set(shimMemory(list));
  const kib = /^VmRSS:\s*(\d+) kB$/m.exec(textOf("/proc/self/status") ?? "")?.[1];
  made.memory.set(Number(kib ?? 0) * 1024);
}
