import {
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer as Api,
} from "@opentelemetry/api";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Life } from "./life.ts";
import type { MonitorLog } from "./monitor-log.ts";
import type { Observer } from "./monitor.ts";
import type { ExitEvent, Told } from "./told.ts";
import type { TracingEnvironment } from "./tracing-environment.ts";

/** Makes a span of every container's life, and sends them to a collector. */
export interface LifeTracer {
  readonly observe: Observer;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

/** A tracer that sends as the standard variables say. Spans that a collector does not take are lost, and `log` says so. */
export async function openTracer(env: TracingEnvironment, log: MonitorLog): Promise<LifeTracer> {
  logProblems(log);
  const exporter = await openExporter(env);
  const named = detectResources({ detectors: [envDetector, serviceNameEnvDetector] });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "wrun" }))
      .merge(named),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer("wrun");
  return {
    observe: ({ told, lives }, before) => {
      for (const each of told) {
        if (!isEndOfContainer(each)) continue;
        const { containerId, pid } = each.event;
        const isIt = (life: Life | undefined): boolean =>
          life?.pid === pid && life.details.id === containerId && life.details.namespace === each.namespace;
        const life = [...lives.values(), ...before.values()].find(isIt);
        if (life !== undefined) traceLife(tracer, life, each.event);
      }
    },
    close: () => provider.shutdown(),
  };
}

// Without a logger of its own the library drops spans, and fails to send them, without a word.
function logProblems(log: MonitorLog): void {
  const warn = (message: string): void => log.warning("cannot trace as asked", { error: message });
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

// OTLP over HTTP is JSON, which every collector takes where it takes protobuf.
async function openExporter(env: TracingEnvironment): Promise<SpanExporter> {
  const protocol = env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] ?? env["OTEL_EXPORTER_OTLP_PROTOCOL"];
  const { OTLPTraceExporter } =
    protocol === "grpc"
      ? await import("@opentelemetry/exporter-trace-otlp-grpc")
      : await import("@opentelemetry/exporter-trace-otlp-http");
  return new OTLPTraceExporter();
}

type EndOfContainer = Told & { readonly event: ExitEvent };

function isEndOfContainer(told: Told): told is EndOfContainer {
  return told.event.topic === "/wrun/exit" && told.event.id === told.event.containerId;
}

// One span from before its creation to its end, and one for each part of that.
function traceLife(tracer: Api, life: Life, exit: ExitEvent): void {
  const { createdAt, createTook, startedAt, startTook = 0 } = life;
  const end = exit.exitedAt.getTime() * 1000;
  const span = startSpan(tracer, "container", {
    at: createdAt - createTook,
    parent: parentOf(life),
  });
  span.setAttributes(attributesOf(life, exit));
  if (exit.reason === "trapped" || exit.reason === "oom" || exit.reason === "failed")
    span.setStatus({ code: SpanStatusCode.ERROR, message: exit.detail === "" ? exit.reason : exit.detail });
  const parent = trace.setSpan(ROOT_CONTEXT, span);
  const part = (name: string, from: number, to: number): void =>
    startSpan(tracer, name, { at: from, parent }).end(timeOf(Math.max(from, to)));
  part("create", createdAt - createTook, createdAt);
  if (startedAt !== undefined) {
    part("start", startedAt - startTook, startedAt);
    part("run", startedAt, end);
  }
  span.end(timeOf(Math.max(end, createdAt)));
}

function startSpan(
  tracer: Api,
  name: string,
  { at, parent }: { readonly at: number; readonly parent: Context },
): Span {
  return tracer.startSpan(name, { startTime: timeOf(at) }, parent);
}

function attributesOf({ details, pid }: Life, exit: ExitEvent): Record<string, string | number> {
  const { id, namespace, bundle, pod = "", name = "" } = details;
  return {
    "container.id": id,
    "container.name": name,
    "container.runtime.name": "wrun",
    "k8s.pod.name": pod,
    "wrun.namespace": namespace,
    "wrun.bundle": bundle,
    "wrun.exit.reason": exit.reason,
    "process.exit.code": exit.exitStatus,
    "process.pid": pid,
  };
}

// https://www.w3.org/TR/trace-context/#traceparent-header
function parentOf({ details }: Life): Context {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(details.traceparent ?? "");
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || /^0*$/.test(traceId) || /^0*$/.test(spanId))
    return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags ?? "0", 16),
    isRemote: true,
  });
}

// Microseconds as [seconds, nanoseconds].
function timeOf(microseconds: number): [number, number] {
  const seconds = Math.floor(microseconds / 1e6);
  return [seconds, Math.round((microseconds - seconds * 1e6) * 1000)];
}
