import { existsSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "bun:test";
import { writeBundle } from "../../bundle.ts";
import { type Ended, run, temporaryDirectory, wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { MonitorProcess, story } from "./monitor-process.ts";

const folder = temporaryDirectory();
const root = `${folder}/state`;
const path = process.env["PATH"] ?? "";

function call(address: string, ...args: string[]): Ended {
  const front = [wrun, "--sandbox", "embedded", "--root", root, ...args];
  return run(["/bin/sh", "-c", 'exec "$@" >/dev/null 2>&1 </dev/null', "sh", ...front], {
    env: { PATH: path, WRUN_EVENTS: address },
  });
}

test("the lives of embedded containers are told: created, started, ended and deleted, or run", async () => {
  const monitor = await new MonitorProcess(`${folder}/lives.sock`).start();
  const subscriber = monitor.subscribe();
  const trapping = writeBundle(`${folder}/trap`, { guest: "trap" });
  const exiting = writeBundle(`${folder}/exit`, { guest: "exit7" });
  expect(call(monitor.address, "create", "--bundle", trapping, "traps").code).toBe(0);
  expect(call(monitor.address, "start", "traps").code).toBe(0);
  await subscriber.want(6);
  expect(call(monitor.address, "delete", "traps").code).toBe(0);
  expect(call(monitor.address, "run", "--bundle", exiting, "exits").code).toBe(7);
  const events = await subscriber.want(13);
  expect(story(events, "traps")).toEqual([
    "/tasks/create",
    "/tasks/start",
    "/wrun/module",
    expect.stringContaining("/wrun/module unreachable"),
    "/wrun/exit 134 trapped",
    "/tasks/exit 134",
    "/tasks/delete 134",
  ] as string[]);
  expect(story(events, "exits")).toEqual([
    "/tasks/create",
    "/tasks/start",
    "/wrun/module",
    "/wrun/exit 7 exited",
    "/tasks/exit 7",
    "/tasks/delete 7",
  ]);
  expect(await monitor.stop()).toBe(0);
});

test("a container that is killed as it is deleted has ended by that", async () => {
  const monitor = new MonitorProcess(`${folder}/killed.sock`);
  const sleeping = writeBundle(`${folder}/sleep`, { guest: "mark-and-sleep" });
  expect(call(monitor.address, "run", "--detach", "--bundle", sleeping, "sleeps").code).toBe(0);
  expect(call(monitor.address, "delete", "--force", "sleeps").code).toBe(0);
  await monitor.start();
  const events = await monitor.subscribe().want(6);
  expect(story(events).slice(-3)).toEqual(["/wrun/exit 137 killed", "/tasks/exit 137", "/tasks/delete 137"]);
  await monitor.stop();
});

test("with events off nothing is written, and an address that is none is a warning", () => {
  const bundle = writeBundle(`${folder}/off`, { guest: "exit7" });
  expect(call("", "run", "--bundle", bundle, "off").code).toBe(7);
  const front = [wrun, "--sandbox", "embedded", "--root", root, "run", "--bundle", bundle, "off"];
  const ended = run(front, { env: { PATH: path, WRUN_EVENTS: "tcp://host:1" } });
  expect(ended.code).toBe(7);
  expect(ended.stderr).toStartWith('wrun: warning: events are off: events: "tcp://host:1" is no address');
  expect(existsSync(`${folder}/off.sock@spool`)).toBe(false);
});

test("the metrics are what Prometheus reads, and count what has been", async () => {
  const monitor = await new MonitorProcess(`${folder}/metrics.sock`, ["--metrics", "127.0.0.1:0"]).start();
  const address = /http:\/\/[\d.:]+\/metrics/.exec(monitor.log)?.[0] ?? "";
  const bundle = writeBundle(`${folder}/metered`, { guest: "exit7" });
  const sleeping = writeBundle(`${folder}/metered-sleep`, { guest: "mark-and-sleep" });
  for (const id of ["a", "b"]) expect(call(monitor.address, "run", "--bundle", bundle, id).code).toBe(7);
  call(monitor.address, "run", "--detach", "--bundle", sleeping, "c");
  await monitor.subscribe().want(15);
  const answer = await fetch(address);
  expect(answer.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  const samples = parseMetrics(await answer.text());
  expect(samples).toMatchObject({
    'wrun_containers{state="running"}': 1,
    'wrun_containers{state="stopped"}': 0,
    wrun_container_starts_total: 3,
    'wrun_container_exits_total{code="7",reason="exited"}': 2,
    'wrun_container_start_seconds_bucket{le="+Inf"}': 3,
    wrun_container_start_seconds_count: 3,
    wrun_events_dropped_total: 0,
  });
  expect(samples["wrun_monitor_memory_bytes"]).toBeGreaterThan(1e6);
  expect((await fetch(address.replace("/metrics", "/"))).status).toBe(404);
  call(monitor.address, "delete", "--force", "c");
  await monitor.stop();
});

// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
function parseMetrics(text: string): Record<string, number> {
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    samples.map((line) => {
      const match =
        /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})?) ([-+.\deE]+|NaN|[+-]Inf)$/.exec(
          line,
        );
      if (match === null) throw new Error(`not a sample: ${line}`);
      return [match[1] ?? "", Number(match[2])];
    }),
  );
}

test("a life is a trace, part of the one that its annotation names, and sent only where that is asked for", async () => {
  const bodies: string[] = [];
  const collector = createServer((request: IncomingMessage, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      bodies.push(`${request.url} ${body}`);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const bundle = writeBundle(`${folder}/traced`, {
    guest: "exit7",
    config: { annotations: { "io.opentelemetry.traceparent": traceparent } },
  });
  const monitor = new MonitorProcess(`${folder}/traces.sock`);
  const environments: readonly Record<string, string>[] = [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: "node-7" },
  ];
  for (const [index, env] of environments.entries()) {
    await monitor.start(env);
    const id = `traced-${index}`;
    expect(call(monitor.address, "run", "--bundle", bundle, id).code).toBe(7);
    await monitor.subscribe().want(6, ({ event }) => event["containerId"] === id);
    await monitor.stop();
  }
  await until("the traces have come", () => bodies.length > 0);
  collector.close();
  expect(bodies.map((body) => body.split(" ")[0])).toEqual(["/v1/traces"]);
  const sent = JSON.parse(bodies[0]?.slice("/v1/traces ".length) ?? "") as Sent;
  const [{ resource, scopeSpans } = { resource: { attributes: [] }, scopeSpans: [] }] = sent.resourceSpans;
  const named = resource.attributes.find(({ key }) => key === "service.name");
  expect(named?.value.stringValue).toBe("node-7");
  const spans = scopeSpans.flatMap((scope) => scope.spans);
  const whole = spans.find(({ name }) => name === "container");
  expect(spans.map(({ name }) => name).toSorted()).toEqual(["container", "create", "run", "start"]);
  expect(whole).toMatchObject({ traceId: traceparent.slice(3, 35), parentSpanId: traceparent.slice(36, 52) });
  for (const span of spans) {
    if (span !== whole) expect(span.parentSpanId).toBe(whole?.spanId ?? "");
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  }
});

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

test("the log is JSON with one vocabulary, or text, and a second monitor is refused", async () => {
  const monitor = await new MonitorProcess(`${folder}/log.sock`, ["--log-format", "json"]).start();
  const second = run([wrun, "monitor", "--listen", monitor.address]);
  expect(second).toMatchObject({ code: 1 });
  expect(second.stderr).toStartWith(`wrun: another monitor reads ${folder}/log.sock@spool: end it`);
  const bundle = writeBundle(`${folder}/logged`, { guest: "exit7" });
  call(monitor.address, "run", "--bundle", bundle, "logged");
  await until("the end is logged", () => monitor.log.includes("container ended"));
  const lines = monitor.log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({
    level: "info",
    msg: "container ended",
    container: "logged",
    namespace: "default",
    bundle,
    reason: "exited",
    code: 7,
  });
  for (const line of lines)
    expect(line).toMatchObject({ level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/) });
  await monitor.stop();
});
