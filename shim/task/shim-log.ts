import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { open } from "../host/open-flags.ts";
import { oneLine } from "../one-line.ts";

/** A shim's log, in the format of containerd's own (logfmt, as logrus writes it). */
export interface ShimLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** What a message is about. */
export type LogFields = Readonly<Record<string, string>>;

const levels = ["debug", "info", "warning", "error"] as const;

/** The least that is told. */
export type LogLevel = (typeof levels)[number];

/** The level of that name; that of `debug`, or the usual one, for any other. */
export function logLevel(name: string, debug: boolean): LogLevel {
  return levels.find((level) => level === name) ?? (debug ? "debug" : "info");
}

/** What every line says, and which are told. */
export interface ShimLogOptions {
  readonly fields: LogFields;
  readonly level: LogLevel;
}

/** A log that gives each line, its end included, to `write`. */
export function shimLog(write: (line: string) => void, { fields, level: least }: ShimLogOptions): ShimLog {
  const at =
    (level: LogLevel) =>
    (message: string, more: LogFields = {}): void => {
      if (levels.indexOf(level) < levels.indexOf(least)) return;
      const entries = Object.entries({ ...fields, ...more });
      const about = entries.map(([name, value]) => ` ${name}=${word(value)}`).join("");
      write(
        `time="${new Date().toISOString()}" level=${level} msg=${JSON.stringify(oneLine(message))}${about}\n`,
      );
    };
  return { debug: at("debug"), info: at("info"), warning: at("warning"), error: at("error") };
}

function word(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(oneLine(value, 300));
}

/** Writes a line to a descriptor. What nobody takes is lost. */
export function lineWriter(fd: number): (line: string) => void {
  return (line) => {
    const bytes = new TextEncoder().encode(line);
    native.write(fd, bytes.buffer, bytes.byteOffset, bytes.length);
  };
}

/**
 * The `log` of a bundle: a FIFO that containerd reads. No symlink is followed to it. It is opened for both ends and never waited for, so that
 * nothing here ends or hangs where nobody reads: such lines are lost. Negative where there is none.
 */
export function openShimLog(bundle: HostPath): number {
  const flags = open.readWrite | open.nonBlocking | open.append | open.noTerminal | open.noFollow;
  return native.openat(atFdcwd, `${bundle}/log`, flags, 0);
}
