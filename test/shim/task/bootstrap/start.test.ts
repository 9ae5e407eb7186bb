import { afterAll, expect, test } from "bun:test";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { native } from "../../../../native/native.ts";
import { containerd, google } from "../../../../proto/gen/bootstrap.js";
import { containerd as optionsOf } from "../../../../proto/gen/options.js";
import { socketFolder, socketPath } from "../../../../shim/task/bootstrap/address.ts";
import { descriptorsIn } from "../../../descriptors.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { hasV1Memory } from "../../cgroup/real-cgroup.ts";
import { until } from "../until.ts";
import { processesWith, shimIn, start, type StartOptions, taskAt } from "./started-shim.ts";

const folder = temporaryDirectory();
const shim = shimIn(folder);
const rooted = test.skipIf(process.getuid?.() !== 0);
const { BootstrapParams, BootstrapResult } = containerd.runtime.bootstrap.v1;

const addresses = new Set<string>();
afterAll(() => Promise.all([...addresses].map(end)));

function address(options: StartOptions = {}): string {
  const { code, stdout, stderr } = start(shim, folder, options);
  expect([code, stderr]).toEqual([0, ""]);
  addresses.add(stdout.toString());
  return stdout.toString();
}

/** The shims that were started here for an id. */
function ours(id: string): readonly unknown[] {
  return processesWith(`${folder}/containerd.sock`).filter(([, words]) => words.includes(id));
}

function socketOf(unix: string): string {
  return unix.replace(/^unix:\/\//, "");
}

/** Ends a shim that has no containers. */
async function end(unix: string): Promise<void> {
  addresses.delete(unix);
  if (!existsSync(socketOf(unix))) return;
  const pid = serving(unix);
  const { task, client } = taskAt(unix);
  await task.shutdown({ now: true });
  client.close();
  // A dead one that nobody has waited for has no command line.
  const lives = (): boolean => processesWith(`${folder}/containerd.sock`).some(([each]) => each === pid);
  await until(() => !existsSync(socketOf(unix)) && !lives());
}

/** The process that listens at an address. */
function serving(unix: string): number {
  const fd = native.connectUnix(socketOf(unix), 0);
  const pid = native.peerPid(fd);
  native.close(fd);
  if (pid <= 0) throw new Error(`nobody serves ${unix}: ${pid}`);
  return pid;
}

rooted(
  "start leaves one shim for a pod, and prints nothing but its address, wherever it is asked",
  async () => {
    const pod = { annotations: { "io.kubernetes.cri.sandbox-id": `${folder}/pod` }, ociVersion: "1.0.2" };
    const first = address({ id: "a", config: pod });
    expect(first).toMatch(/^unix:\/\/\/run\/containerd\/s\/[0-9a-f]{64}$/);
    expect(address({ id: "b", config: pod })).toBe(first);
    expect([ours("a").length, ours("b").length]).toEqual([1, 0]);
    const other = address({ id: "c" });
    expect(other).not.toBe(first);
    await Promise.all([end(first), end(other)]);
  },
);

rooted("many that start at once get one shim", async () => {
  const config = { annotations: { "io.kubernetes.cri.sandbox-id": `${folder}/crowd` }, ociVersion: "1.0.2" };
  const bundles = Array.from({ length: 6 }, () => {
    const bundle = `${folder}/crowd-${Math.random()}`;
    mkdirSync(bundle);
    writeFileSync(`${bundle}/config.json`, JSON.stringify(config));
    return bundle;
  });
  const names = ["-namespace", "wrun-test", "-id", "crowd", "-address", `${folder}/containerd.sock`];
  const env = { PATH: process.env["PATH"] ?? "" };
  const started = bundles.map((cwd) => Bun.spawn([shim, ...names, "start"], { cwd, env, stdin: "ignore" }));
  const printed = await Promise.all(started.map(({ stdout }) => stdout.text()));
  await Promise.all(started.map(({ exited }) => exited));
  expect(new Set(printed).size).toBe(1);
  const [unix = ""] = printed;
  expect(ours("crowd").length).toBe(1);
  await end(unix);
});

rooted("the shim holds none of its caller's streams, and has a session of its own", async () => {
  const unix = address({ id: "streams", log: (path) => native.mkfifoat(-100, path, 0o600) });
  const pid = serving(unix);
  const files = (): ReadonlyMap<number, string> => descriptorsIn(`/proc/${pid}/fd`);
  expect([files().get(0), files().get(1)]).toEqual(["/dev/null", "/dev/null"]);
  expect(files().get(2)).toMatch(/\/bundle-.*\/log$/);
  // The launcher's pipe goes when it has been told.
  await until(() => ![...files()].some(([fd, what]) => fd > 2 && /^(pipe|\/)/.test(what)));
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
  const session = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")[3];
  expect(session).toBe(`${pid}`);
  await end(unix);
});

rooted("a log that is a file, or is not there, is no reason not to start", async () => {
  let path = "";
  const log = (name: string): void => writeFileSync((path = name), "");
  const [toFile, toNothing] = [address({ id: "file", log }), address({ id: "nothing" })];
  const { task, client } = taskAt(toFile);
  expect(task.state({ id: "none" })).rejects.toThrow("does not exist");
  client.close();
  await Promise.all([end(toFile), end(toNothing)]);
  expect(readFileSync(path, "utf8")).toBe("");
});

rooted("a containerd 2.3 is answered as it asked, at the folder that it named", async () => {
  const params = { instanceId: "new", namespace: "wrun-test", socketDir: `${folder}/s/` };
  const { code, stdout, stderr, bundle } = start(shim, folder, {
    id: "new",
    stdin: BootstrapParams.encode(params).finish(),
  });
  expect([code, stderr]).toEqual([0, ""]);
  const { version, address: unix, protocol } = BootstrapResult.decode(stdout);
  expect([version, protocol]).toEqual([3, "ttrpc"]);
  expect(unix).toMatch(new RegExp(`^unix://${folder}/s/[0-9a-f]{64}$`));
  expect(readFileSync(`${bundle}/address`, "utf8")).toBe(unix);
  await end(unix);
});

rooted("the shim's log has the level that a containerd 2.3 names", async () => {
  for (const [logLevel, told] of [
    [4, true],
    [8, false],
  ] as const) {
    const params = { instanceId: "level", namespace: "wrun-test", logLevel };
    let log = -1;
    const { stdout } = start(shim, folder, {
      id: "level",
      stdin: BootstrapParams.encode(params).finish(),
      log: (path) => {
        native.mkfifoat(-100, path, 0o600);
        log = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      },
    });
    const unix = BootstrapResult.decode(stdout).address;
    const { task, client } = taskAt(unix);
    const options = { type_url: "nobody.knows/Options", value: new Uint8Array() };
    expect(task.create({ id: "level", bundle: `${folder}/none`, options })).rejects.toThrow();
    await task.connect({ id: "level" }).catch(() => undefined);
    client.close();
    await end(unix);
    const [buffer, length] = [Buffer.alloc(10_000), 10_000];
    const text = buffer.toString("utf8", 0, readOrNothing(log, buffer, length));
    expect(text.includes("level=warning")).toBe(told);
    closeSync(log);
  }
});

function readOrNothing(fd: number, buffer: Buffer, length: number): number {
  return Math.max(0, native.read(fd, buffer.buffer, buffer.byteOffset, length));
}

rooted("a folder for sockets that cannot be one is refused, by its name, and no shim is left", () => {
  for (const [socketDir, problem] of [
    ["relative", 'socket_dir "relative" is not absolute'],
    [`/tmp/${"long".repeat(20)}`, "File name too long"],
  ] as const) {
    const params = { instanceId: "far", namespace: "wrun-test", socketDir };
    const { code, stdout, stderr } = start(shim, folder, {
      id: "far",
      stdin: BootstrapParams.encode(params).finish(),
    });
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toContain(problem);
  }
  rmdirSync(`/tmp/${"long".repeat(20)}`);
  expect(ours("far")).toEqual([]);
});

function optionsFor(shimCgroup: string): Uint8Array {
  const value = optionsOf.runc.v1.Options.encode({ shimCgroup }).finish();
  return google.protobuf.Any.encode({ type_url: "containerd.runc.v1.Options", value }).finish();
}

test.skipIf(!hasV1Memory)("the shim is in the cgroup that its options name", async () => {
  const name = `/wrun-test-shim-${process.pid}`;
  const cgroup = `/sys/fs/cgroup/memory${name}`;
  mkdirSync(cgroup);
  const unix = address({ id: "grouped", stdin: optionsFor(name) });
  const pid = serving(unix);
  expect(readFileSync(`${cgroup}/cgroup.procs`, "utf8")).toBe(`${pid}\n`);
  await end(unix);
  await until(() => readFileSync(`${cgroup}/cgroup.procs`, "utf8") === "" && isRemoved(cgroup));
});

// A process that has ended is in its cgroup for a moment still.
function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

rooted("a cgroup that is not there is an error, and leaves neither shim nor socket", async () => {
  for (const [name, problem] of [
    ["/wrun-test-no-such", "ShimCgroup /wrun-test-no-such: there is no such cgroup"],
    ["../escape", 'ShimCgroup "../escape": no path from the root on'],
    ["/a/../..", 'ShimCgroup "/a/../..": no path from the root on'],
  ] as const) {
    const { code, stdout, stderr } = start(shim, folder, { id: "lost", stdin: optionsFor(name) });
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toContain(problem);
  }
  expect(ours("lost")).toEqual([]);
  const names = { address: `${folder}/containerd.sock`, namespace: "wrun-test", group: "lost" };
  expect(existsSync(await socketPath(names, socketFolder))).toBe(false);
});

test("start says what is wrong with its flags, its bundle or its environment, and leaves nothing", () => {
  for (const [options, problem] of [
    [{ id: "../a" }, '-id "../a"'],
    [{ flags: ["-namespace", "a/b"] }, '-namespace "a/b"'],
    [{ flags: ["-address", ""] }, "-address is missing"],
    [{ config: "{" }, "config.json"],
    [{ env: { WRUN_SHIM_PROTOCOL: "http" } }, "the protocol http is not known"],
  ] as const) {
    const { code, stdout, stderr, bundle } = start(shim, folder, options);
    expect([code, stdout.length]).toEqual([1, 0]);
    expect(stderr).toMatch(/^containerd-shim-wrun-v1: .*\n$/);
    expect(stderr).toContain(problem);
    expect(existsSync(`${bundle}/address`)).toBe(false);
  }
});

test("whoever calls it by hand is told who does", () => {
  const ended = Bun.spawnSync([shim], { env: {} });
  expect([ended.exitCode, ended.stdout.length]).toEqual([1, 0]);
  expect(ended.stderr.toString()).toContain("containerd starts this program");
  const version = Bun.spawnSync([shim, "-v"], { env: {} });
  expect(version.stdout.toString()).toMatch(/^containerd-shim-wrun-v1:\n {2}Version: {2}\d+\.\d+\.\d+\n/);
});
