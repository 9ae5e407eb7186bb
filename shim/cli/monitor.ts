import { WrunError } from "../../oci/error.ts";
import { eventsAddress, usualAddress } from "../events/setting.ts";
import { linuxFiles } from "../host/files.ts";
import { logSink } from "../host/log-sink.ts";
import { parseAddresses, parseHostPort } from "../monitor/address.ts";
import { pinoLog } from "../monitor/pino-log.ts";
import type { Flags } from "./argv.ts";
import type { Call } from "./call.ts";
import { logOptions } from "./global-flags.ts";

/** `wrun monitor`: tells of every container's life over gRPC, until it is ended; with --watch, shows it in the terminal. */
export async function monitorVerb({ flags }: Call): Promise<number> {
  const listen = flags.value("--listen") ?? eventsAddress() ?? usualAddress;
  const addresses = parseAddresses(listen);
  if (flags.has("--watch")) {
    const unix = addresses.find((address) => address.kind === "unix");
    if (unix === undefined) throw new WrunError("unsupported", "--watch needs a unix:// address");
    return (await import("../monitor/watch/watch.ts")).watch(unix.path);
  }
  const { runMonitor } = await import("../monitor/run-monitor.ts");
  const metrics = flags.value("--metrics");
  const options = logOptions(flags);
  const sink = logSink(options.file);
  return runMonitor({
    addresses,
    tls: tlsFiles(flags),
    metrics: metrics === undefined ? undefined : parseHostPort(metrics, "--metrics"),
    log: pinoLog(options, (line) => (sink.file === undefined ? sink.stderr(line) : sink.file(line))),
  });
}

function tlsFiles(
  flags: Flags,
): { certificate: Uint8Array; key: Uint8Array; authority: Uint8Array } | undefined {
  const names = ["--tls-cert", "--tls-key", "--tls-ca"] as const;
  if (names.every((name) => flags.value(name) === undefined)) return undefined;
  const [certificate, key, authority] = names.map((name) => pem(flags, name));
  if (certificate === undefined || key === undefined || authority === undefined) return undefined;
  return { certificate, key, authority };
}

function pem(flags: Flags, name: string): Uint8Array {
  const path = flags.value(name);
  if (path === undefined)
    throw new WrunError("invalid", `${name} FILE is missing: TLS needs all three files`);
  const text = linuxFiles.readText(path, { followLink: true });
  if (text === undefined) throw new WrunError("not-found", `${name}: ${path} does not exist`);
  return new TextEncoder().encode(text);
}
