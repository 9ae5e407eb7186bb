import { expect, test } from "bun:test";
import { engineEnvironment } from "../../../oci/engine-env.ts";
import type { Plan } from "../../../oci/plan.ts";
import { parseContainerId } from "../../../shim/container-id.ts";
import { EmbeddedSandbox } from "../../../shim/sandbox/embedded.ts";
import type { RunRequest } from "../../../shim/sandbox/sandbox.ts";
import { FakeHost } from "../../fakes/fake-host.ts";
import { wasmPlan } from "../../fakes/wasm-plan.ts";

const a = parseContainerId("a");

function sandboxOn(host: FakeHost, told: string[] = []): EmbeddedSandbox {
  const log = { warning: (text: string) => void told.push(text), debug: () => {} };
  return new EmbeddedSandbox({ host, root: { path: "/state", exposed: false }, log });
}

function request(changed: Partial<RunRequest> = {}, plan: Plan = wasmPlan()): RunRequest {
  const given = { detach: false, keep: false, preserveFds: 0, plan: () => plan };
  return { id: a, bundle: "/bundle", ...given, ...changed };
}

function created(changed: Partial<RunRequest> = {}): { host: FakeHost; sandbox: EmbeddedSandbox } {
  const host = new FakeHost();
  const sandbox = sandboxOn(host);
  sandbox.create(request(changed));
  host.log.length = 0;
  return { host, sandbox };
}

test("create makes the folder, the gate, the engine, the record, and waits for the module", () => {
  const host = new FakeHost();
  sandboxOn(host).create(request());
  expect(host.log).toEqual([
    "mkdir /state",
    "mkdir /state/a",
    "lock /state/a",
    "mkfifo /state/a/start.fifo",
    "start engine",
    "write /state/a/state.json",
    "await loaded 100",
  ]);
  expect(host.locked.size).toBe(0);
});

test("the engine gets the gate, the grant as flags, and only wrapped variables", () => {
  const { host } = created({ preserveFds: 2 });
  expect(host.launches).toEqual([
    {
      args: [
        "--start-fifo",
        "/state/a/start.fifo",
        "--dir",
        "/bundle/rootfs::/",
        "--guest-module",
        "--",
        "/app.wasm",
      ],
      env: [...engineEnvironment, "wrun:A=1"],
      status: "/state/a/status",
      preserveFds: 2,
    },
  ]);
});

test("sockets that were handed over are inherited before the preserved descriptors", () => {
  const { grant } = wasmPlan();
  const plan = wasmPlan({ grant: { ...grant, listen: ["fd:3", "tcp:127.0.0.1:80", "fd:4"] } });
  const { host } = created({ preserveFds: 1, plan: () => plan });
  expect(host.launches[0]?.preserveFds).toBe(3);
});

test("create writes the pid file last, and makes the scratch directories of the plan", () => {
  const host = new FakeHost();
  host.directories.add("/run");
  const plan = wasmPlan({ scratch: ["/state/a/scratch/0", "/state/a/scratch/1"] });
  sandboxOn(host).create(request({ pidFile: "/run/pid" }, plan));
  expect(host.log.filter((line) => line.includes("scratch") || line.includes("/run"))).toEqual([
    "mkdir /state/a/scratch",
    "mkdir /state/a/scratch/0",
    "mkdir /state/a/scratch/1",
    "write /run/pid",
  ]);
  expect(host.files.get("/run/pid")).toBe("100");
});

test("create makes mount points after the scratch directories, and before the engine starts", () => {
  const host = new FakeHost();
  const field = "mounts[0].destination";
  const mountPoints = [
    { above: "/bundle/rootfs", path: "x/y", kind: "directory", field },
    { above: "/state/a/scratch/0", path: "z", kind: "file", field },
  ] as const;
  sandboxOn(host).create(request({}, wasmPlan({ scratch: ["/state/a/scratch/0"], mountPoints })));
  expect(host.log.slice(3, 8)).toEqual([
    "mkdir /state/a/scratch",
    "mkdir /state/a/scratch/0",
    "mount point /bundle/rootfs/x/y",
    "mount point /state/a/scratch/0/z",
    "mkfifo /state/a/start.fifo",
  ]);
});

test("process.oomScoreAdj is set before the module is waited for; what the kernel refuses is warned of, once", () => {
  const adjusted = (value: number): { log: string[]; told: string[] } => {
    const host = new FakeHost();
    const told: string[] = [];
    const plan = wasmPlan({ spec: { ociVersion: "1.0.2", process: { oomScoreAdj: value } } });
    sandboxOn(host, told).create(request({}, plan));
    return { log: host.log.slice(4, 6), told };
  };
  expect(adjusted(500)).toEqual({ log: ["start engine", "oom_score_adj 100 500"], told: [] });
  // The plan of a caller without root has named it.
  expect(adjusted(-500)).toEqual({ log: ["start engine", "write /state/a/state.json"], told: [] });
  const refused = "config.json: process.oomScoreAdj: 0 is not set: the kernel refuses it";
  expect(adjusted(0)).toEqual({ log: ["start engine", "oom_score_adj 100 0"], told: [refused] });
});

test("a created container becomes running by start, and stopped when its guest ends", () => {
  const { host, sandbox } = created();
  expect(sandbox.state(a).life).toEqual({ status: "created", pid: 100 });
  sandbox.start(a);
  expect(host.log).toEqual(["lock /state/a", "open gate /state/a/start.fifo", "rm /state/a/start.fifo"]);
  expect(sandbox.state(a).life).toEqual({ status: "running", pid: 100 });
  host.end(100);
  expect(sandbox.state(a).life).toEqual({ status: "stopped", end: { report: "exited", code: 0 } });
});

test("a container whose start was killed before it could take the gate away is running", () => {
  const { host, sandbox } = created();
  sandbox.start(a);
  host.files.set("/state/a/start.fifo", "");
  expect(sandbox.state(a).life.status).toBe("running");
});

test("the record keeps what state shows", () => {
  const { sandbox } = created();
  expect(sandbox.state(a).record).toEqual({
    id: a,
    pid: 100,
    startTime: "100000",
    bundle: "/bundle",
    rootfs: "/bundle/rootfs",
    created: "2026-01-02T03:04:05.678Z",
    owner: 1000,
    annotations: { "example.com/a": "b" },
  });
});

test("a later process of the same pid is not the container's", () => {
  const { host, sandbox } = created();
  host.processes.set(100, { pid: 100, startTime: "999", alive: true, status: "/elsewhere" });
  expect(sandbox.state(a).life.status).toBe("stopped");
  expect(() => sandbox.kill(a, 9)).toThrow("no such process");
  sandbox.delete(a, true);
  expect(host.processes.get(100)?.alive).toBe(true);
});

test("run starts the guest at once, waits for its end and removes the container", () => {
  const host = new FakeHost();
  host.script = { loads: true, end: { report: "exited", code: 7 } };
  expect(sandboxOn(host).run(request())).toBe(7);
  expect(host.log).toEqual([
    "hold signals",
    "mkdir /state",
    "mkdir /state/a",
    "lock /state/a",
    "start engine",
    "write /state/a/state.json",
    "await loaded 100",
    "wait 100",
    "lock /state/a",
    "rm -r /state/a",
  ]);
});

test("run --keep leaves the container stopped, run --detach leaves it running", () => {
  for (const [changed, status] of [
    [{ keep: true }, "stopped"],
    [{ detach: true }, "running"],
  ] as const) {
    const host = new FakeHost();
    const sandbox = sandboxOn(host);
    expect(sandbox.run(request(changed))).toBe(0);
    expect(sandbox.state(a).life.status).toBe(status);
  }
});

test("run leaves alone a container that somebody made anew under its name", () => {
  const host = new FakeHost();
  const sandbox = sandboxOn(host);
  host.engineEnded = () => {
    delete (host as Partial<FakeHost>).engineEnded;
    sandbox.delete(a, true);
    sandbox.create(request());
    return 137;
  };
  expect(sandbox.run(request())).toBe(137);
  expect(sandbox.state(a).life).toEqual({ status: "created", pid: 101 });
});

test("a module that cannot be loaded is the error, and nothing is left", () => {
  const host = new FakeHost();
  host.script = { loads: false, end: { report: "failed", code: 126, reason: "/app.wasm is empty" } };
  expect(() => sandboxOn(host).create(request())).toThrow("/app.wasm is empty");
  expect(host.log.slice(-3)).toEqual(["wait 100", "stop 100", "rm -r /state/a"]);
  expect(host.entries("/state")).toEqual([]);
});

test("whichever effect of create or run fails, everything before it is undone", () => {
  for (const verb of ["create", "run"] as const) {
    const count = effectsOf(verb, new FakeHost());
    const last = verb === "run" ? count - 2 : count;
    for (let failAt = 0; failAt < last; failAt++) {
      const host = new FakeHost();
      host.failAt = failAt;
      expect(() => effectsOf(verb, host)).toThrow("fault at:");
      const alive = [...host.processes.values()].filter((process) => process.alive);
      expect({ at: host.log[failAt], left: host.entries("/state"), alive, locked: [...host.locked] }).toEqual(
        {
          at: host.log[failAt],
          left: [],
          alive: [],
          locked: [],
        },
      );
    }
  }
});

test("run gives the guest's exit code, and a warning where its folder cannot be removed", () => {
  const count = effectsOf("run", new FakeHost());
  for (const failAt of [count - 2, count - 1]) {
    const host = new FakeHost();
    const told: string[] = [];
    host.failAt = failAt;
    effectsOf("run", host, told);
    expect(told).toEqual([`fault at: ${host.log[failAt]}: container "a" is still there`]);
  }
});

function effectsOf(verb: "create" | "run", host: FakeHost, told: string[] = []): number {
  host.directories.add("/run");
  const plan = wasmPlan({ scratch: ["/state/a/scratch/0"] });
  sandboxOn(host, told)[verb](request({ pidFile: "/run/pid" }, plan));
  return host.log.length;
}

test("who makes the folder and is not the first to lock it loses", () => {
  const host = new FakeHost();
  const sandbox = sandboxOn(host);
  const lock = host.lock.bind(host);
  host.lock = (path) => {
    host.lock = lock;
    sandbox.create(request());
    return lock(path);
  };
  expect(() => sandbox.create(request())).toThrow("already exists");
  expect(sandbox.state(a).life).toEqual({ status: "created", pid: 100 });
  expect(host.processes.size).toBe(1);
});

test("a creator whose folder was removed leaves the one alone that another has made in its place", () => {
  const host = new FakeHost();
  const lock = host.lock.bind(host);
  host.lock = (path) => {
    host.lock = lock;
    // By now it is another's, who has locked it and not written anything yet.
    expect(host.directories.has(path)).toBe(true);
    return undefined;
  };
  sandboxOn(host).create(request());
  expect(host.log).not.toContain("rmdir /state/a");
});

test("a creator who loses removes the folder that it made only while it holds its lock", () => {
  const host = new FakeHost();
  const sandbox = sandboxOn(host);
  const lock = host.lock.bind(host);
  host.lock = (path) => {
    host.lock = lock;
    sandbox.create(request());
    return lock(path);
  };
  const held: boolean[] = [];
  host.removeEmpty = (path) => void held.push(host.locked.has(path));
  expect(() => sandbox.create(request())).toThrow("already exists");
  expect(held).toEqual([true]);
});

test("what a creator that was killed has left does not stand in the way of the next", () => {
  const host = new FakeHost();
  host.directories.add("/state").add("/state/a").add("/state/a/scratch");
  host.files.set("/state/a/start.fifo", "").set("/state/a/status", "");
  const sandbox = sandboxOn(host);
  expect(() => sandbox.state(a)).toThrow('container "a" does not exist');
  sandbox.create(request());
  expect(sandbox.state(a).life.status).toBe("created");
});

test("an engine that a killed creator has left without a record is let go, by create and by delete", () => {
  const left = (): FakeHost => {
    const host = new FakeHost();
    host.directories.add("/state").add("/state/a");
    host.files.set("/state/a/start.fifo", "").set("/state/a/status", "");
    return host;
  };
  const [one, two] = [left(), left()];
  sandboxOn(one).create(request());
  expect(one.log).toContain("abandon gate /state/a/start.fifo");
  sandboxOn(two).delete(a, true);
  expect(two.log).toEqual(["lock /state/a", "abandon gate /state/a/start.fifo", "rm -r /state/a"]);
});

test("an id that is taken is refused, and its container stays", () => {
  const { host, sandbox } = created();
  expect(() => sandbox.create(request())).toThrow('container "a" already exists');
  expect(sandbox.state(a).life.status).toBe("created");
  expect(host.processes.size).toBe(1);
});

test("every move that a state does not allow is refused and changes nothing", () => {
  const { host, sandbox } = created();
  sandbox.start(a);
  host.log.length = 0;
  expect(() => sandbox.start(a)).toThrow("it is running, not created");
  expect(() => sandbox.delete(a, false)).toThrow("it is running: kill it first");
  host.end(100);
  expect(() => sandbox.start(a)).toThrow("it is stopped, not created");
  expect(() => sandbox.kill(a, 15)).toThrow("container not running (no such process)");
  expect(host.log.filter((line) => !line.startsWith("lock"))).toEqual([]);
});

test("delete takes a created container with its process, and a running one by force only", () => {
  const one = created();
  one.sandbox.delete(a, false);
  expect(one.host.log).toEqual(["lock /state/a", "kill -9 100", "await end 100", "rm -r /state/a"]);
  const two = created();
  two.sandbox.start(a);
  two.sandbox.delete(a, true);
  expect(two.host.processes.get(100)?.alive).toBe(false);
  expect(two.sandbox.list()).toEqual([]);
});

test("delete of what is not there is an error but by force", () => {
  const sandbox = sandboxOn(new FakeHost());
  expect(() => sandbox.delete(a, false)).toThrow('container "a" does not exist');
  sandbox.delete(a, true);
});

test("a damaged record is told, and delete --force removes it", () => {
  const { host, sandbox } = created();
  for (const text of ["", "{", "[]", "null", '{"id":"a","pid":"100"}', '{"id":"a","pid":-1}']) {
    host.files.set("/state/a/state.json", text);
    expect(() => sandbox.state(a)).toThrow("/state/a/state.json is damaged");
    expect(() => sandbox.delete(a, false)).toThrow("is damaged");
  }
  sandbox.delete(a, true);
  expect(host.entries("/state")).toEqual([]);
});

test("list shows what it can read, tells what it cannot, and passes over what is no container", () => {
  const { host } = created();
  const told: string[] = [];
  host.directories.add("/state/bad").add("/state/unfinished").add("/state/no id");
  host.files.set("/state/bad/state.json", "{").set("/state/no id/state.json", "{").set("/state/file", "");
  expect(
    sandboxOn(host, told)
      .list()
      .map(({ record }) => record.id as string),
  ).toEqual(["a"]);
  expect(told).toEqual(["/state/bad/state.json is damaged: delete --force removes the container"]);
});

test("a native workload is refused before the first effect", () => {
  const host = new FakeHost();
  const because = '"/bin/sh" is an ELF executable';
  const workload = { kind: "native", rule: "native", because } as const;
  const plan: Plan = { kind: "forward", workload, because, spec: { ociVersion: "1.0.2" }, warnings: [] };
  expect(() => sandboxOn(host).create(request({}, plan))).toThrow("needs the kernel sandbox");
  expect(host.log).toEqual([]);
});

test("the plan's warnings are told once, with the field that they are about", () => {
  const told: string[] = [];
  const plan = wasmPlan({ warnings: [{ field: "linux.seccomp", text: "not applied" }] });
  sandboxOn(new FakeHost(), told).create(request({}, plan));
  expect(told).toEqual(["config.json: linux.seccomp: not applied"]);
});

test("a state directory in /tmp that others can write to is not used", () => {
  const host = new FakeHost();
  host.directories.add("/tmp").add("/tmp/wrun-1000");
  host.privateRoot = false;
  const root = { path: "/tmp/wrun-1000", exposed: true };
  const log = { warning: () => {}, debug: () => {} };
  expect(() => new EmbeddedSandbox({ host, root, log })).toThrow("not a directory of your own");
});
