import { atFdcwd, native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { LogSink } from "../cli/log.ts";
import { checked } from "./errno.ts";
import { open } from "./open-flags.ts";
import { writeAll } from "./write-all.ts";

const stderr = 2;

/** Standard error, and the log file if one is named. */
export function logSink(file: string | undefined): LogSink {
  const sink: LogSink = { stderr: (line) => void writeAll(stderr, line) };
  if (file === undefined) return sink;
  const fd = openLog(file);
  return { ...sink, file: (line) => void writeAll(fd, line) };
}

// The log may lie where others can write: a symlink there could lead to any file of ours. Devices are reached
// through links (/dev/stderr), and nobody else can make one there.
function openLog(name: string): number {
  const path = name.replace(/^file:/, "");
  if (/^(journald|syslog):/.test(path)) throw new WrunError("unsupported", `--log: ${path}: name a file`);
  const follow = path.startsWith("/dev/") || path.startsWith("/proc/self/");
  const flags = open.writeOnly | open.create | open.append | open.noTerminal | (follow ? 0 : open.noFollow);
  return checked(native.openat(atFdcwd, path, flags, 0o640), "open the log", path);
}
