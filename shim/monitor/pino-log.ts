import { pino } from "pino";
import { oneLine } from "../one-line.ts";
import type { LogOptions } from "../cli/log.ts";
import type { AboutFields, MonitorLog } from "./monitor-log.ts";

const levels = { error: "error", warning: "warn", debug: "debug" } as const;
const names: Readonly<Record<string, string>> = { 20: "debug", 30: "info", 40: "warning", 50: "error" };

/** The monitor's log: JSON by pino, or the same as text of one line a message. `info` is told unless it is to be quiet. */
export function pinoLog({ format, level }: LogOptions, write: (line: string) => void): MonitorLog {
  const logger = pino(
    {
      level: level === "warning" ? "info" : levels[level],
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (_, number) => ({ level: names[number] ?? "info" }) },
    },
    { write: format === "json" ? write : (line: string) => write(asText(line)) },
  );
  const at =
    (name: "debug" | "info" | "warn" | "error") =>
    (message: string, about: AboutFields = {}): void =>
      logger[name](harmless(about), oneLine(message));
  return { debug: at("debug"), info: at("info"), warning: at("warn"), error: at("error") };
}

function harmless(about: AboutFields): object {
  return Object.fromEntries(
    Object.entries(about).map(([name, value]) => [
      name,
      typeof value === "string" ? oneLine(value, 300) : value,
    ]),
  );
}

// As the verbs write their log files: time, level, msg, then what it is about.
function asText(line: string): string {
  const { time, level, msg, ...about } = JSON.parse(line) as Record<string, unknown>;
  const words = Object.entries({ time, level, msg, ...about }).map(([name, value]) =>
    name === "level" || typeof value === "number"
      ? `${name}=${String(value)}`
      : `${name}=${JSON.stringify(value)}`,
  );
  return `${words.join(" ")}\n`;
}
