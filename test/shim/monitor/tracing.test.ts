import { expect, test } from "bun:test";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Life } from "../../../shim/monitor/life.ts";
import type { Told } from "../../../shim/monitor/told.ts";
import { openTracer } from "../../../shim/monitor/tracing.ts";

const life: Life = {
  key: "default/a",
  pid: 7,
  startTime: "1",
  details: { id: "a", namespace: "default", bundle: "/b" },
  createdAt: 1_000_000,
  createTook: 1000,
} as unknown as Life;

const end: Told = {
  at: 2_000_000,
  namespace: "default",
  event: {
    topic: "/wrun/exit",
    containerId: "a",
    id: "a",
    pid: 7,
    exitStatus: 0,
    exitedAt: new Date(2000),
    reason: "exited",
    detail: "",
  },
} as unknown as Told;

test("spans that a collector refuses are lost with a warning in the log", async () => {
  const collector = createServer((_, response) => void response.writeHead(400).end());
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = `http://127.0.0.1:${port}`;
  const warning = Promise.withResolvers<string>();
  const silent = (): void => undefined;
  const log = {
    debug: silent,
    info: silent,
    error: silent,
    warning: (message: string, about = {}) => warning.resolve(`${message} ${JSON.stringify(about)}`),
  };
  const tracer = await openTracer(process.env, log);
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  const before = new Map([[life.key, life]]);
  // More than one batch, which is sent at once.
  for (let at = 0; at < 300; at++) tracer.observe({ told: [end], lives: new Map() }, before);
  await warning.promise;
  await tracer.close().catch(silent);
  collector.close();
  expect(await warning.promise).toMatch(/^cannot trace as asked .*400/);
});
