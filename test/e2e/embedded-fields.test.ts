import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "bun:test";
import { fixture, hasFixture, writeBundle } from "../bundle.ts";
import { run, temporaryDirectory, wrun } from "../wrun.ts";
import { Containers } from "./containers.ts";

const work = temporaryDirectory();
const containers = new Containers(`${work}/state`);
afterAll(() => containers.clean());

const withToolbox = hasFixture("toolbox") ? test : test.skip;
const asRoot = hasFixture("toolbox") && process.getuid?.() === 0 ? test : test.skip;
const hook = [{ path: "/bin/true" }];

/** A bundle whose guest does these things, with fields laid over its config.json and its process. */
function bundle(name: string, verbs: string, config: object = {}, process: object = {}): string {
  const args = ["/app.wasm", ...verbs.split(" ")];
  return writeBundle(`${work}/${name}`, { guest: "toolbox", config, process: { args, ...process } });
}

/** The fields that stderr warns of. */
function warnedOf(stderr: string): string[] {
  return stderr
    .split("\n")
    .flatMap((line) => /^wrun: warning: config\.json: (\S+?): /.exec(line)?.[1] ?? [])
    .toSorted();
}

withToolbox("wrun run warns of every field that it leaves out, and wrun plan of the same", () => {
  const config = {
    moon: 1,
    annotations: { "run.oci.systemd.subgroup": "x" },
    hooks: { poststart: hook, poststop: hook },
    mounts: [
      { destination: "/tmp", type: "tmpfs", options: ["nosuid", "size=1m", "tmpcopyup"] },
      { destination: "/data", type: "bind", source: work, options: ["rbind", "nosymfollow"], moon: 1 },
    ],
    linux: {
      moon: 1,
      seccomp: { defaultAction: "SCMP_ACT_ALLOW" },
      sysctl: { "kernel.shm_rmid_forced": "1" },
      mountLabel: "x",
      netDevices: { eth9: {} },
      intelRdt: { closID: "x" },
      memoryPolicy: { mode: "MPOL_BIND" },
      timeOffsets: { monotonic: { secs: 5 } },
      resources: {
        memory: { swap: 1 << 20 },
        cpu: { shares: 512 },
        blockIO: { weight: 100 },
        unified: { "memory.high": "1" },
      },
    },
  };
  const changed = {
    moon: 1,
    apparmorProfile: "x",
    selinuxLabel: "x",
    scheduler: { policy: "SCHED_BATCH" },
    ioPriority: { class: "IOPRIO_CLASS_IDLE" },
    rlimits: [{ type: "RLIMIT_DATA", soft: 1 << 30, hard: 1 << 30 }],
  };
  const directory = bundle("warned", "echo ran", config, changed);
  const ended = containers.run(["run", "--bundle", directory, "warned"]);
  expect([ended.code, ended.stdout]).toEqual([0, "ran\n"]);
  const plan = run([wrun, "--sandbox", "embedded", "plan", "--bundle", directory, "--format", "json"]);
  const { warnings } = JSON.parse(plan.stdout) as { warnings: { field: string }[] };
  const fields = [
    "annotations.run.oci.systemd.subgroup",
    "hooks.poststart",
    "hooks.poststop",
    "linux.intelRdt",
    "linux.memoryPolicy",
    "linux.moon",
    "linux.mountLabel",
    "linux.netDevices",
    "linux.resources.blockIO",
    "linux.resources.cpu",
    "linux.resources.memory.swap",
    "linux.resources.unified",
    "linux.seccomp",
    "linux.sysctl",
    "linux.timeOffsets",
    "moon",
    "mounts[0].options[1]",
    "mounts[0].options[2]",
    "mounts[1].moon",
    "mounts[1].options[1]",
    "process.apparmorProfile",
    "process.ioPriority",
    "process.moon",
    "process.rlimits[0]",
    "process.scheduler",
    "process.selinuxLabel",
  ];
  expect(warnedOf(ended.stderr)).toEqual(fields);
  expect(warnings.map(({ field }) => field).toSorted()).toEqual(fields);
  const text = run([wrun, "--sandbox", "embedded", "plan", "--bundle", directory]).stdout;
  for (const field of fields) expect(text.slice(text.indexOf("WARNING"))).toContain(field);
});

withToolbox("what must not be left out is refused by its name, before anything is made", () => {
  const refusals = {
    "hooks.createRuntime": { hooks: { createRuntime: hook } },
    "linux.namespaces[0].path": { linux: { namespaces: [{ type: "mount", path: "/proc/1/ns/mnt" }] } },
    "mounts[0].options[1]": {
      mounts: [{ destination: "/new", type: "bind", source: work, options: ["bind", "idmap"] }],
    },
  };
  for (const [field, config] of Object.entries(refusals)) {
    const directory = bundle("refused", "echo ran", config);
    const { code, stdout, stderr } = containers.run(["run", "--bundle", directory, "refused"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toStartWith(`wrun: ${field}: only the kernel sandbox `);
    expect(run([wrun, "--sandbox", "embedded", "plan", "--bundle", directory])).toMatchObject({
      code: 1,
      stderr,
    });
    expect(readdirSync(`${directory}/rootfs`)).toEqual(["app.wasm"]);
  }
});

// A container of the caller's own has the rootfs as it is; here it is on a file system that takes no changes.
asRoot(
  "mount points that cannot be made can be opened all the same, and a missing directory to work in is an error",
  () => {
    const source = `${work}/source`;
    mkdirSync(source, { recursive: true });
    writeFileSync(`${source}/f`, "content");
    const mounts = [
      { destination: "/x/y/z", type: "bind", source, options: ["rbind"] },
      { destination: "/x/y/conf", type: "bind", source: `${source}/f`, options: ["rbind"] },
    ];
    const verbs = "ls /x , ls /x/y , ls /x/y/z , cat /x/y/conf , write /x/y/z/made x , write /x/made x";
    const directory = bundle("read-only", verbs, { mounts });
    const script = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"`;
    const readOnly = (path: string): string[] => ["unshare", "--mount", "sh", "-c", script, `${path}/rootfs`];
    const ended = run([
      ...readOnly(directory),
      ...containers.command("run", "--bundle", directory, "read-only"),
    ]);
    expect(ended.stdout).toBe("y\nconf z\nf\ncontentwrote /x/y/z/made\n/x/made: Read-only file system\n");
    expect(ended.stderr).toBe(
      "wrun: warning: config.json: mounts[0].destination: /x can be opened but is not listed: it is missing, and cannot be made\n",
    );
    expect(readdirSync(`${directory}/rootfs`)).toEqual(["app.wasm"]);
    const elsewhere = bundle("no-cwd", "ls /", {}, { cwd: "/work" });
    const refused = run([
      ...readOnly(elsewhere),
      ...containers.command("run", "--bundle", elsewhere, "no-cwd"),
    ]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: "wrun: process.cwd: /work does not exist, and cannot be made there\n",
    });
    expect(containers.left()).toEqual([]);
  },
);

asRoot("a bind mount that is not recursive does not show what is mounted beneath its source", () => {
  const source = `${work}/outer`;
  mkdirSync(`${source}/inner`, { recursive: true });
  const mounted = (options: string[]) => ({
    mounts: [{ destination: "/data", type: "bind", source, options }],
  });
  const script = `mount -t tmpfs tmpfs "$0" && echo secret >"$0/secret" && exec "$@"`;
  const seen = (options: string[]): string => {
    const directory = bundle("submounts", "ls /data , cat /data/inner/secret", mounted(options));
    const verb = containers.command("run", "--bundle", directory, "submounts");
    return run(["unshare", "--mount", "sh", "-c", script, `${source}/inner`, ...verb]).stdout;
  };
  expect(seen(["rbind"])).toBe("inner\nsecret\n");
  for (const options of [["bind"], ["bind", "ro"], []])
    expect(seen(options)).toBe("\n/data/inner/secret: No such file or directory\n");
});

withToolbox("process.oomScoreAdj is the engine's before the guest starts", () => {
  const directory = bundle("oom", "echo ran", {}, { oomScoreAdj: 777 });
  containers.ok("create", "--bundle", directory, "oom");
  const { pid } = containers.state("oom");
  expect(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8")).toBe("777\n");
  containers.ok("delete", "oom");
});

withToolbox("wrun image run makes the working directory that image pack --workdir names", () => {
  copyFileSync(fixture("toolbox"), `${work}/toolbox.wasm`);
  const archive = `${work}/image.tar`;
  const packed = run([
    wrun,
    "image",
    "pack",
    `${work}/toolbox.wasm`,
    "-t",
    "t:1",
    "--workdir",
    "/work/deep",
    "-o",
    archive,
  ]);
  expect(packed).toMatchObject({ code: 0, stderr: "" });
  const ended = run([...containers.command("image", "run", archive, "--", "ls", "/work", ",", "env")]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toMatch(/^deep\n/);
  expect(ended.stdout).toContain("\nPWD=/work/deep\n");
});

withToolbox(
  "the devices that every container has are there where nothing is mounted at /dev, and not made in the image",
  () => {
    const directory = bundle("devices", "write /dev/null x , write /dev/full x , ls / , cat /dev/shm/x");
    const { stdout, stderr } = containers.run(["run", "--bundle", directory, "devices"]);
    expect([stdout, stderr]).toEqual([
      "wrote /dev/null\n/dev/full: No space left on device\napp.wasm\n/dev/shm/x: No such file or directory\n",
      "",
    ]);
    expect(readdirSync(`${directory}/rootfs`)).toEqual(["app.wasm"]);
  },
);

withToolbox("a container that has been removed leaves its mount points, and no files of its own", () => {
  const mounts = [{ destination: "/tmp/scratch", type: "tmpfs" }];
  const directory = bundle("kept", "write /tmp/scratch/f x", { mounts }, { cwd: "/work" });
  containers.ok("run", "--bundle", directory, "kept");
  expect(readdirSync(`${directory}/rootfs`, { recursive: true }).map(String).toSorted()).toEqual([
    "app.wasm",
    "tmp",
    "tmp/scratch",
    "work",
  ]);
  expect(statSync(`${directory}/rootfs/work`).uid).toBe(process.getuid?.() ?? 0);
  expect(containers.left()).toEqual([]);
});
