import { noStart, parseReports } from "../../oci/report.ts";
import { WrunError } from "../../oci/error.ts";
import { atFdcwd, native } from "../../native/native.ts";
import { checked, opened, systemError } from "./errno.ts";
import type { Engine, EngineLaunch, HostProcesses, ProcessIdentity } from "./host.ts";
import { open } from "./open-flags.ts";
import { writeAll } from "./write-all.ts";

const esrch = -3;
const pollIn = 1;
const patience = 10_000_000_000n;
const enxio = -6;
const enoent = -2;
const monotonic = 1;
const halfMillisecond = 500_000n;
const firstInherited = 3;
const sigkill = 9;

/** HostProcesses on Linux. */
export const linuxProcesses: HostProcesses = {
  startEngine: (launch) => {
    const flags = open.writeOnly | open.create | open.exclusive | open.append;
    const status = checked(native.openat(atFdcwd, launch.status, flags, 0o600), "create", launch.status);
    try {
      return spawnEngine(launch, status);
    } finally {
      native.close(status);
    }
  },

  setOomScoreAdj: (engine, value) => {
    const fd = native.openat(atFdcwd, `/proc/${engine.pid}/oom_score_adj`, open.writeOnly, 0);
    if (fd < 0) return false;
    const written = writeAll(fd, `${value}`);
    native.close(fd);
    return written >= 0;
  },

  engineLoaded: (engine) => {
    const buffer = new Uint8Array(256);
    let length = 0;
    for (let got = 1; got > 0 && length < buffer.length; length += Math.max(got, 0)) {
      got = native.read(engine.ready, buffer.buffer, length, buffer.length - length);
    }
    native.close(engine.ready);
    const text = new TextDecoder().decode(buffer.subarray(0, length));
    return parseReports(text).some(({ report }) => report === "loaded");
  },

  holdSignals: (signals) => {
    checked(native.holdSignals(signals), "catch", "signals");
  },

  engineEnded: (engine, signals) => {
    const result = native.waitForwarding(engine.pid, signals);
    if (typeof result === "number") throw systemError(result, "wait for", `process ${engine.pid}`);
    const [how, status] = result;
    return how === 1 ? status : 128 + status;
  },

  stopEngine: (engine) => {
    native.kill(engine.pid, sigkill);
    native.waitpid(engine.pid, 0);
  },

  openGate: (fifo, reader) => {
    for (;;) {
      const fd = native.openat(atFdcwd, fifo, open.writeOnly | open.nonBlocking | open.noFollow, 0);
      if (fd === enxio) {
        if (startTimeOf(reader.pid) !== reader.startTime) return false;
        native.nanosleep(monotonic, 0, halfMillisecond);
        continue;
      }
      checked(fd, "open", fifo);
      const written = writeAll(fd, "1");
      native.close(fd);
      return written >= 0;
    }
  },

  // What we write stays as long as we hold it open, for a reader who comes before it is gone.
  abandonGate: (fifo) => {
    const flags = open.readWrite | open.nonBlocking | open.noFollow;
    const fd = native.openat(atFdcwd, fifo, flags, 0);
    if (fd === enoent) return;
    checked(fd, "open", fifo);
    writeAll(fd, noStart);
    const result = native.unlinkat(atFdcwd, fifo, 0);
    native.close(fd);
    checked(result, "remove", fifo);
  },

  runs: (process) => startTimeOf(process.pid) === process.startTime,

  signal: (process, signal) => {
    if (startTimeOf(process.pid) !== process.startTime) return false;
    const result = native.kill(process.pid, signal);
    if (result === esrch) return false;
    checked(result, "signal", `process ${process.pid}`);
    return true;
  },

  // A pidfd is readable as soon as the process is dead, also before anyone has waited for it.
  gone: (process) => {
    const fd = native.pidfdOpen(process.pid);
    if (fd === esrch) return true;
    checked(fd, "watch", `process ${process.pid}`);
    try {
      const isIt = startTimeOf(process.pid) === process.startTime;
      return !isIt || native.poll(Int32Array.of(fd, pollIn, 0), 1, patience) > 0;
    } finally {
      native.close(fd);
    }
  },
};

function spawnEngine(launch: EngineLaunch, status: number): Engine {
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  const [ready, readyEnd] = pipe;
  const inherited = inheritedFds(launch.preserveFds);
  const statusAt = firstInherited + inherited.length;
  const pid = native.spawn({
    path: process.execPath,
    argv: ["wrun", "wasm", "--status-fd", `${statusAt}`, "--ready-fd", `${statusAt + 1}`, ...launch.args],
    env: launch.env,
    cwd: "/",
    fds: [0, 1, 2, ...inherited, status, readyEnd],
    setsid: true,
  });
  native.close(readyEnd);
  if (pid >= 0) return { pid, startTime: startTimeOf(pid) ?? "", ready };
  native.close(ready);
  throw systemError(pid, "start", process.execPath);
}

function inheritedFds(count: number): number[] {
  const fds = Array.from({ length: count }, (_, index) => firstInherited + index);
  const closed = fds.find((fd) => native.getFlags(fd) < 0);
  if (closed === undefined) return fds;
  throw new WrunError("invalid", `cannot pass on ${count} descriptors: descriptor ${closed} is not open`);
}

/**
 * When a live process started, in ticks after boot; undefined where it is dead or a zombie. Where there is no descriptor
 * to look with it is an error: a process that runs must not be taken for one that has ended. proc(5): field 22
 * of stat; field 2 is the command in brackets and may hold anything, brackets too.
 */
function startTimeOf(pid: ProcessIdentity["pid"]): string | undefined {
  const path = `/proc/${pid}/stat`;
  const fd = opened(native.openat(atFdcwd, path, open.readOnly, 0), path);
  if (fd < 0) return undefined;
  const buffer = new Uint8Array(1024);
  const length = native.read(fd, buffer.buffer, 0, buffer.length);
  native.close(fd);
  if (length <= 0) return undefined;
  const text = new TextDecoder().decode(buffer.subarray(0, length));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}
