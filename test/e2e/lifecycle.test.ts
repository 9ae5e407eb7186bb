import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { afterAll, afterEach, expect, test } from "bun:test";
import { engineEnvironment } from "../../oci/engine-env.ts";
import { writeBundle } from "../bundle.ts";
import { temporaryDirectory } from "../wrun.ts";
import { Containers, until } from "./containers.ts";

const place = temporaryDirectory();
const containers = new Containers(`${place}/state`);
const sleeper = writeBundle(`${place}/sleeper`, { guest: "mark-and-sleep" });
const marker = `${sleeper}/rootfs/marker`;
const exit7 = writeBundle(`${place}/exit7`, { guest: "exit7" });
const trap = writeBundle(`${place}/trap`, { guest: "trap" });

afterEach(() => rmSync(marker, { force: true }));
afterAll(() => containers.clean());

test("the whole life: create, start, kill, delete, and the state between", async () => {
  expect(containers.ok("create", "--bundle", sleeper, "life")).toBe("");
  const { pid, created, ...rest } = containers.state("life");
  expect(rest).toEqual({
    ociVersion: "1.0.2",
    id: "life",
    status: "created",
    bundle: sleeper,
    rootfs: `${sleeper}/rootfs`,
    annotations: { "org.example.test": "yes" },
  });
  expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  expect(existsSync(marker)).toBe(false);

  containers.ok("start", "life");
  expect(containers.state("life")).toEqual({ ...rest, pid, created, status: "running" });
  await until("the guest has run", () => existsSync(marker));

  containers.ok("kill", "life");
  await until("the guest has ended", () => containers.state("life").status === "stopped");
  expect(containers.state("life").pid).toBe(0);
  containers.ok("delete", "life");
  expect(containers.left()).toEqual([]);
});

test("the keys of state stand in crun's order", () => {
  containers.ok("create", "--bundle", sleeper, "keys");
  expect(Object.keys(containers.state("keys"))).toEqual([
    "ociVersion",
    "id",
    "pid",
    "status",
    "bundle",
    "rootfs",
    "created",
    "annotations",
  ]);
  containers.ok("delete", "keys");
});

test("a created guest has not run, however long nobody starts it, and is deleted with its process", () => {
  containers.ok("create", "--bundle", sleeper, "never");
  const { pid } = containers.state("never");
  containers.ok("delete", "never");
  expect([existsSync(marker), existsSync(`/proc/${pid}/exe`), containers.left()]).toEqual([false, false, []]);
});

test("run gives the guest's exit code and leaves nothing", () => {
  expect(containers.run(["run", "-b", exit7, "seven"])).toEqual({
    code: 7,
    signal: null,
    stdout: "",
    stderr: "",
  });
  expect(containers.left()).toEqual([]);
});

test("run gives 134 for a trap, whose reason and stack are told", () => {
  const { code, stderr } = containers.run(["run", "-b", trap, "dies"]);
  expect(code).toBe(134);
  expect(stderr.split("\n")[0]).toMatch(/^wrun: trap: .*dies/);
  expect(containers.left()).toEqual([]);
});

test("a container that runs in the foreground is seen and can be killed from elsewhere", async () => {
  const child = Bun.spawn(containers.command("run", "-b", sleeper, "front"), { stderr: "pipe" });
  await until("the guest has run", () => existsSync(marker));
  expect(containers.state("front").status).toBe("running");
  containers.ok("kill", "front", "SIGKILL");
  expect(await child.exited).toBe(137);
  expect(containers.left()).toEqual([]);
});

test("run passes signals on to the guest and returns 128 and the signal", async () => {
  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGUSR1", 138],
  ] as const) {
    rmSync(marker, { force: true });
    const child = Bun.spawn(containers.command("run", "-b", sleeper, "forward"));
    await until("the guest has run", () => existsSync(marker));
    child.kill(signal);
    expect(await child.exited).toBe(code);
  }
  expect(containers.left()).toEqual([]);
});

test("run --detach returns at once, and --keep leaves the container stopped", async () => {
  containers.ok("run", "--detach", "-b", sleeper, "detached");
  expect(containers.state("detached").status).toBe("running");
  await until("the guest has run", () => existsSync(marker));
  containers.ok("delete", "--force", "detached");
  expect(containers.run(["run", "--keep", "-b", exit7, "kept"]).code).toBe(7);
  expect(containers.state("kept")).toMatchObject({ status: "stopped", pid: 0 });
  containers.ok("delete", "kept");
});

test("kill takes names and numbers, and 128+n is what the process ends with", async () => {
  for (const signal of ["9", "KILL", "SIGTERM", "hup", "15"]) {
    containers.ok("create", "--bundle", sleeper, "signal");
    containers.ok("kill", "--all", "signal", signal);
    await until("the guest has ended", () => containers.state("signal").status === "stopped");
    containers.ok("delete", "signal");
  }
});

test("the pid file names the process, readable by all, with no partial file beside it", () => {
  const path = `${place}/pid`;
  containers.ok("create", "--bundle", sleeper, "--pid-file", path, "pid");
  expect(readFileSync(path, "utf8")).toBe(String(containers.state("pid").pid));
  expect(statSync(path).mode & 0o777).toBe(0o644);
  containers.ok("delete", "pid");
});

test("the process lives in a session of its own, below the root directory, with the guest's variables wrapped", () => {
  const bundle = writeBundle(`${place}/env`, {
    guest: "mark-and-sleep",
    process: { env: ["LD_PRELOAD=/x", "A=1"] },
  });
  containers.ok("create", "--bundle", bundle, "env");
  const { pid } = containers.state("env");
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  expect(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3])).toBe(pid);
  const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  expect(environment.filter((entry) => !entry.startsWith("wrun:"))).toEqual([...engineEnvironment]);
  expect(environment).toContain("wrun:LD_PRELOAD=/x");
  containers.ok("delete", "env");
});

test("list shows all containers as a table, as JSON, and as ids", () => {
  const own = new Containers(`${place}/list`);
  expect(own.ok("list", "--format", "json")).toBe("[]\n");
  own.ok("create", "--bundle", sleeper, "b");
  own.ok("create", "--bundle", sleeper, "a");
  expect(own.ok("list", "-q")).toBe("a\nb\n");
  const rows = JSON.parse(own.ok("list", "-f", "json")) as { id: string; status: string; pid: number }[];
  expect(rows.map(({ id, status }) => [id, status])).toEqual([
    ["a", "created"],
    ["b", "created"],
  ]);
  const [head = "", first = ""] = own.ok("list").split("\n");
  expect(head).toMatch(/^NAME +PID +STATUS +BUNDLE PATH +CREATED +OWNER$/);
  expect(first).toMatch(new RegExp(`^a +${rows[0]?.pid} +created +${sleeper} +`));
  own.clean();
});

test("--config names another file of the bundle, and options may stand anywhere", () => {
  const bundle = writeBundle(`${place}/config`, { guest: "exit7" });
  expect(containers.run(["run", "other", "--bundle", bundle, "--config", "none.json"]).stderr).toContain(
    "none.json",
  );
  expect(containers.run(["run", "other", "--config=config.json", `-b=${bundle}`]).code).toBe(7);
});
