import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { afterAll, expect, test } from "bun:test";
import { writeBundle } from "../bundle.ts";
import { descriptorsIn } from "../descriptors.ts";
import { executable, run, temporaryDirectory } from "../wrun.ts";
import { Containers } from "./containers.ts";

const place = temporaryDirectory();
const containers = new Containers(`${place}/state`);
const sleeper = writeBundle(`${place}/sleeper`, { guest: "mark-and-sleep" });
const create = (id: string): string[] => containers.command("create", "--bundle", sleeper, id);

afterAll(() => containers.clean());

test("descriptors that the caller names are inherited at their numbers, and no others", async () => {
  const file = openSync(`${place}/inherited`, "w");
  for (const [count, inherited] of [
    ["0", undefined],
    ["1", `${place}/inherited`],
  ] as const) {
    const child = Bun.spawn([...create("fds"), "--preserve-fds", count], {
      stdio: ["ignore", "ignore", "ignore", file],
    });
    expect(await child.exited).toBe(0);
    const { pid } = containers.state("fds");
    const open = [...descriptorsIn(`/proc/${pid}/fd`).values()];
    expect(open.includes(`${place}/inherited`)).toBe(inherited !== undefined);
    if (inherited !== undefined) expect(readlinkSync(`/proc/${pid}/fd/3`)).toBe(inherited);
    containers.ok("delete", "fds");
  }
  closeSync(file);
});

test("sockets handed over by LISTEN_FDS reach the engine, for the process that they are meant for", async () => {
  const listener = Bun.listen({ unix: `${place}/socket`, socket: { data: () => {} } });
  const socket = readdirSync("/proc/self/fd").find((fd) => isListening(fd));
  expect(socket).toBeDefined();
  for (const [pid, listens] of [
    ["$$", true],
    ["2", false],
  ] as const) {
    const script = `LISTEN_FDS=1 LISTEN_PID=${pid} exec "$@"`;
    const child = Bun.spawn(["sh", "-c", script, "sh", ...create("listen")], {
      stdio: ["ignore", "ignore", "ignore", Number(socket)],
    });
    expect(await child.exited).toBe(0);
    const engine = containers.state("listen").pid;
    const fds = [...descriptorsIn(`/proc/${engine}/fd`).values()];
    expect(fds.includes(readlinkSync(`/proc/self/fd/${socket}`))).toBe(listens);
    expect(readFileSync(`/proc/${engine}/cmdline`, "utf8").includes("\0--listen\0fd:3\0")).toBe(listens);
    containers.ok("delete", "listen");
  }
  listener.stop(true);
});

function isListening(fd: string): boolean {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
    const table = readFileSync("/proc/net/unix", "utf8").split("\n");
    return (
      inode !== undefined && table.some((line) => line.includes(` ${inode} `) && line.endsWith("/socket"))
    );
  } catch {
    return false;
  }
}

test("a caller without standard descriptors makes a container like any other", () => {
  const { code } = run(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", ...create("bare")]);
  expect(code).toBe(0);
  const { pid } = containers.state("bare");
  expect(readdirSync(`/proc/${pid}/fd`)).toEqual(expect.arrayContaining(["0", "1", "2"]));
  containers.ok("start", "bare");
  containers.ok("delete", "--force", "bare");
});

test("directories that stand in for tmpfs mounts live and die with the container", () => {
  const mounts = [
    { destination: "/tmp", type: "tmpfs", source: "tmpfs" },
    { destination: "/run", type: "tmpfs", source: "tmpfs" },
  ];
  const bundle = writeBundle(`${place}/tmpfs`, { guest: "mark-and-sleep", config: { mounts } });
  expect(containers.run(["create", "--bundle", bundle, "tmpfs"]).code).toBe(0);
  const scratch = `${containers.folder}/tmpfs/scratch`;
  const made = readdirSync(scratch);
  expect(made.length).toBe(2);
  mkdirSync(`${scratch}/${made[0]}/a/b`, { recursive: true });
  writeFileSync(`${scratch}/${made[0]}/a/b/file`, "");
  containers.ok("delete", "tmpfs");
  expect(containers.left()).toEqual([]);
});

test("warnings of the plan are told once on stderr and in the log, and the container runs", () => {
  const linux = { seccomp: { defaultAction: "SCMP_ACT_ALLOW" } };
  const bundle = writeBundle(`${place}/warned`, { guest: "exit7", config: { linux } });
  const log = `${place}/warned.log`;
  const { code, stderr } = containers.run(["--log", log, "run", "--bundle", bundle, "warned"]);
  expect(code).toBe(7);
  expect(stderr).toMatch(/^wrun: warning: config\.json: linux\.seccomp: [^\n]+\n$/);
  expect(readFileSync(log, "utf8")).toMatch(
    /^time="[^"]+" level=warning msg="config\.json: linux\.seccomp: [^\n]+"\n$/,
  );
  expect(containers.run(["--log-level", "error", "run", "--bundle", bundle, "warned"]).stderr).toBe("");
});

test("--debug tells more, in the log where there is one", () => {
  const bundle = writeBundle(`${place}/debug`, { guest: "exit7" });
  const log = `${place}/debug.log`;
  expect(containers.run(["--debug", "--log", log, "run", "--bundle", bundle, "debug"]).stderr).toBe("");
  expect(readFileSync(log, "utf8").trimEnd().split("\n").length).toBeGreaterThanOrEqual(2);
  expect(containers.run(["--debug", "run", "--bundle", bundle, "debug"]).stderr).toMatch(
    /^(wrun: debug: [^\n]+\n)+$/,
  );
});

test("a log that is a symlink is not followed", () => {
  Bun.spawnSync(["ln", "-s", `${place}/elsewhere`, `${place}/link.log`]);
  expect(containers.run(["--log", `${place}/link.log`, "list"])).toMatchObject({ code: 1, stdout: "" });
  expect(existsSync(`${place}/elsewhere`)).toBe(false);
  expect(
    containers.run(["--log", "/dev/stderr", "--log-format", "json", "state", "nobody"]).stderr,
  ).toContain('"level":"error"');
});

const isRoot = process.geteuid?.() === 0;
const other = 12345;

test.if(isRoot)("a user without rights has the whole life too, in a state directory of their own", () => {
  const home = `${place}/rootless`;
  const runtime = `${home}/runtime`;
  mkdirSync(runtime, { recursive: true });
  copyFileSync(executable, `${home}/wrun`);
  copyFileSync(`${executable}.node`, `${home}/wrun.node`);
  const bundle = writeBundle(`${home}/bundle`, {
    guest: "mark-and-sleep",
    process: { user: { uid: other, gid: other } },
  });
  for (const path of [home, runtime, bundle, `${bundle}/rootfs`]) chownSync(path, other, other);
  chmodSync(place, 0o755);
  const as = ["setpriv", `--reuid=${other}`, `--regid=${other}`, "--clear-groups", "--"];
  const env = { PATH: "/usr/bin:/bin", XDG_RUNTIME_DIR: runtime };
  const verb = (...args: string[]): string => {
    const script = `"$@" >'${home}/out' 2>&1`;
    const { code } = run(["sh", "-c", script, "sh", ...as, `${home}/wrun`, "--sandbox=embedded", ...args], {
      env,
    });
    const said = readFileSync(`${home}/out`, "utf8");
    if (code !== 0) throw new Error(`${args.join(" ")}: ${code} ${said}`);
    return said;
  };
  verb("create", "--bundle", bundle, "own");
  expect(readdirSync(`${runtime}/wrun`)).toEqual(["own"]);
  expect(JSON.parse(verb("state", "own"))).toMatchObject({ status: "created" });
  verb("start", "own");
  verb("kill", "own", "KILL");
  verb("delete", "--force", "own");
  expect(verb("list", "-q")).toBe("");
  rmSync(home, { recursive: true });
});
