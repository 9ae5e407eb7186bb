import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { HostProbe } from "../../../shim/host/probe.ts";
import { linuxProcesses } from "../../../shim/host/processes.ts";
import { ProcessWatch } from "../../../shim/monitor/process-watch.ts";
import { startTimeOf } from "../../../shim/monitor/traces.ts";
import { temporaryDirectory } from "../../wrun.ts";

/** RLIMIT_NOFILE. */
const numberOfFiles = 7;
const sigkill = 9;

/** What `act` gives while no file can be opened. */
function withoutDescriptors<T>(act: () => T): T {
  const limit = native.getrlimit(numberOfFiles);
  if (typeof limit === "number") throw new Error(`getrlimit: ${limit}`);
  native.setrlimit(numberOfFiles, 0, limit[1]);
  try {
    return act();
  } finally {
    native.setrlimit(numberOfFiles, ...limit);
  }
}

function sleeper(): { readonly pid: number; readonly startTime: string } {
  const pid = native.spawn({ path: "/bin/sleep", argv: ["sleep", "60"], env: [], fds: [-1, -1, -1] });
  return { pid, startTime: startTimeOf(pid) };
}

function end(pid: number): void {
  native.kill(pid, sigkill);
  native.waitpid(pid, 0);
}

test("a process that cannot be looked at is not taken for one that has ended", () => {
  const process = sleeper();
  expect(() => withoutDescriptors(() => linuxProcesses.runs(process))).toThrow("Too many open files");
  expect(() => withoutDescriptors(() => linuxProcesses.gone(process))).toThrow("Too many open files");
  expect(() => withoutDescriptors(() => linuxProcesses.signal(process, 0))).toThrow("Too many open files");
  expect(linuxProcesses.runs(process)).toBe(true);
  end(process.pid);
});

test("a watched process goes on while it cannot be looked at, and its end is seen later", async () => {
  const process = sleeper();
  const watch = withoutDescriptors(() => ProcessWatch.open(process, () => undefined));
  let ended = false;
  const seen = watch?.ended.then(() => (ended = true));
  withoutDescriptors(() => watch?.look());
  watch?.look();
  await new Promise(setImmediate);
  expect([watch !== undefined, ended]).toEqual([true, false]);
  end(process.pid);
  watch?.look();
  expect(await seen).toBe(true);
});

test("a file that cannot be opened for want of descriptors is neither missing nor native", () => {
  const bundle = temporaryDirectory();
  mkdirSync(`${bundle}/rootfs`);
  writeFileSync(`${bundle}/rootfs/app.wasm`, "\0asm\x01\0\0\0");
  const probe = (): HostProbe => new HostProbe({ bundle, rootfs: `${bundle}/rootfs`, mounts: [] });
  using early = probe();
  expect(() => withoutDescriptors(() => early.lookup("/app.wasm"))).toThrow("Too many open files");
  // The way there is open, the file is not.
  using late = probe();
  late.resolve("/app.wasm");
  expect(() => withoutDescriptors(() => late.lookup("/app.wasm"))).toThrow("Too many open files");
  expect(() => withoutDescriptors(() => late.text("/app.wasm"))).toThrow("Too many open files");
  expect(late.lookup("/app.wasm")).toMatchObject({ looks: "module" });
});
