/** The variables of a process. */
export type TracingEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Whether OpenTelemetry's standard variables ask for traces (opentelemetry.io/docs/specs/otel/configuration/
 * sdk-environment-variables): without them nothing of it is loaded.
 */
export function asksForTraces(env: TracingEnvironment): boolean {
  if (env["OTEL_SDK_DISABLED"] === "true") return false;
  const exporter = env["OTEL_TRACES_EXPORTER"] ?? "";
  if (exporter !== "") return exporter === "otlp";
  const endpoint = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  return endpoint !== "";
}
