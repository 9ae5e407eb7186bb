import { expect, test } from "bun:test";
import { embeddedRules } from "../../oci/embedded-rules.ts";
import { WrunError } from "../../oci/error.ts";
import type { FieldRules } from "../../oci/field-rule.ts";
import { planContainer } from "../../oci/plan.ts";
import type { WasmPlan } from "../../oci/plan.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { parseRuntimeSpec } from "../../oci/parse-runtime-spec.ts";
import { tableProbe } from "../fakes/table-probe.ts";
import { specFields } from "./spec-fields.ts";

interface Case {
  /** The field that is to be named, where it is not the one that is set. */
  readonly named?: string;
  /** What is set at the field. */
  readonly value: unknown;
  readonly uid?: number;
}

const hook = [{ path: "/bin/true" }];

/** With less than was asked for: the caller is warned. */
const warned: Readonly<Record<string, Case>> = {
  "process.apparmorProfile": { value: "docker-default" },
  "process.selinuxLabel": { value: "system_u:system_r:container_t:s0" },
  "process.scheduler": { value: { policy: "SCHED_BATCH", nice: 5 } },
  "process.ioPriority": { value: { class: "IOPRIO_CLASS_IDLE", priority: 4 } },
  "process.oomScoreAdj": { value: -100, uid: 1000 },
  "process.user.additionalGids": { value: [4], uid: 1000 },
  "process.capabilities": { value: {} },
  "process.rlimits": {
    named: "process.rlimits[0]",
    value: [{ type: "RLIMIT_AS", soft: 1 << 30, hard: 1 << 30 }],
  },
  "hooks.poststart": { value: hook },
  "hooks.poststop": { value: hook },
  annotations: {
    named: "annotations.run.oci.delegate-cgroup",
    value: { "run.oci.delegate-cgroup": "x", "run.oci.keep_original_groups": "1", "org.example": "y" },
  },
  "linux.timeOffsets": { value: { monotonic: { secs: 100 } } },
  "linux.netDevices": { value: { eth0: {} } },
  "linux.intelRdt": { value: { closID: "guaranteed" } },
  "linux.memoryPolicy": { value: { mode: "MPOL_BIND", nodes: "0" } },
  "linux.sysctl": { value: { "net.ipv4.ip_forward": "1" } },
  "linux.seccomp": { value: { defaultAction: "SCMP_ACT_ERRNO" } },
  "linux.mountLabel": { value: "system_u:object_r:container_file_t:s0" },
  "linux.namespaces": {
    named: "linux.namespaces[0].path",
    value: [{ type: "time", path: "/proc/1/ns/time" }],
  },
  "linux.resources.cpu": { value: { quota: 50_000, period: 100_000 } },
  "linux.resources.blockIO": { value: { weight: 100 } },
  "linux.resources.hugepageLimits": { value: [{ pageSize: "2MB", limit: 0 }] },
  "linux.resources.network": { value: { classID: 1 } },
  "linux.resources.rdma": { value: { mlx5: { hcaHandles: 3 } } },
  "linux.resources.unified": { value: { "memory.high": "1000" } },
  "linux.resources.memory.reservation": { value: 1 << 20 },
  "linux.resources.memory.swap": { value: 1 << 20 },
  "linux.resources.memory.kernel": { value: 1 << 20 },
  "linux.resources.memory.kernelTCP": { value: 1 << 20 },
  "linux.resources.memory.swappiness": { value: 60 },
  "linux.resources.memory.disableOOMKiller": { value: true },
  mounts: {
    named: "mounts[0].options[1]",
    value: [{ destination: "/tmp", type: "tmpfs", options: ["nosuid", "size=64k"] }],
  },
};

/** Nothing that a guest could use, or miss: only the plan says so. */
const dropped: Readonly<Record<string, Case>> = {
  "process.terminal": { value: true },
  "process.consoleSize": { value: { height: 24, width: 80 } },
  "process.commandLine": { value: "app.exe" },
  "process.user.username": { value: "ContainerUser" },
  "process.execCPUAffinity": { value: { initial: "0" } },
  domainname: { value: "example.org" },
  "linux.devices": { value: [{ path: "/dev/fuse", type: "c", major: 10, minor: 229 }] },
  "linux.cgroupsPath": { value: "/a/b" },
  "linux.rootfsPropagation": { value: "private" },
  "linux.personality": { value: { domain: "LINUX32" } },
  "linux.resources.pids": { value: { limit: 10 } },
  "linux.resources.memory.useHierarchy": { value: true },
  "linux.resources.memory.checkBeforeUpdate": { value: true },
  solaris: { value: { milestone: "x" } },
  windows: { value: { layerFolders: ["x"] } },
  vm: { value: { kernel: { path: "/x" } } },
  zos: { value: { namespaces: [{ type: "mount" }] } },
  freebsd: { value: { jail: { parent: "x" } } },
};

/** Not to be run without. */
const refused: Readonly<Record<string, Case>> = {
  "hooks.prestart": { value: hook },
  "hooks.createRuntime": { value: hook },
  "hooks.createContainer": { value: hook },
  "hooks.startContainer": { value: hook },
};

/** Fields that more than one table is for, or that are refused for one of their values only. */
const refusedToo: readonly (readonly [string, Case])[] = [
  ...["mount", "user"].map(
    (type) =>
      [
        "linux.namespaces",
        { named: "linux.namespaces[0].path", value: [{ type, path: `/proc/1/ns/${type}` }] },
      ] as const,
  ),
  ["linux.namespaces", { named: "linux.namespaces[0].type", value: [{ type: "moon" }] }],
  [
    "process.rlimits",
    { named: "process.rlimits[0].type", value: [{ type: "RLIMIT_MOON", soft: 1, hard: 1 }] },
  ],
  [
    "process.rlimits",
    { named: "process.rlimits[0].soft", value: [{ type: "RLIMIT_NOFILE", soft: 10, hard: 5 }] },
  ],
  ...["idmap", "ridmap", "idmap=uids=0-1-10"].map(
    (option) =>
      [
        "mounts",
        {
          named: "mounts[0].options[0]",
          value: [{ destination: "/a", type: "bind", source: "/srv/a", options: [option] }],
        },
      ] as const,
  ),
  [
    "mounts",
    {
      named: "mounts[0].uidMappings",
      value: [
        {
          destination: "/a",
          type: "bind",
          source: "/srv/a",
          uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
        },
      ],
    },
  ],
];

function specWith(field: string, value: unknown, uid = 0): RuntimeSpec {
  const spec: Record<string, unknown> = {
    ociVersion: "1.2.0",
    process: { args: ["/app.wasm"], cwd: "/", user: { uid, gid: uid } },
    root: { path: "rootfs" },
  };
  const names = field.split(".");
  const last = names.pop() ?? "";
  let object = spec;
  for (const name of names) object = (object[name] ??= {}) as Record<string, unknown>;
  object[last] = value;
  return parseRuntimeSpec(JSON.stringify(spec));
}

function plan(field: string, { value, uid = 0 }: Case): WasmPlan {
  const probe = tableProbe({ files: { "/app.wasm": "module" }, sources: { "/srv/a": "directory" } });
  const around = { bundle: "/bundle", scratch: "/scratch", installed: "/lib/wrun", listenFds: 0 } as const;
  const made = planContainer({
    ...around,
    spec: specWith(field, value, uid),
    sandbox: "embedded",
    probe,
    uid,
    gid: uid,
  });
  if (made.kind !== "wasm") throw new Error(made.because);
  return made;
}

for (const [field, example] of Object.entries(warned))
  test(`the embedded sandbox warns of ${field}`, () => {
    const { warnings } = plan(field, example);
    expect(warnings.map((note) => note.field)).toEqual([example.named ?? field]);
  });

for (const [field, example] of Object.entries(dropped))
  test(`the embedded sandbox leaves out ${field}, and the plan says so`, () => {
    const { warnings, dropped: notes } = plan(field, example);
    expect(warnings).toEqual([]);
    expect(notes.map((note) => note.field)).toEqual([field]);
  });

for (const [field, example] of [...Object.entries(refused), ...refusedToo])
  test(`the embedded sandbox refuses ${field} set to ${JSON.stringify(example.value).slice(0, 80)}`, () => {
    let message = "no error";
    try {
      plan(field, example);
    } catch (error) {
      if (!(error instanceof WrunError)) throw error;
      ({ message } = error);
    }
    expect(message).toStartWith(`${example.named ?? field}: `);
  });

test("a field that asks for nothing is not spoken of", () => {
  const nothing = [
    ["linux.resources.cpu", { shares: 0, quota: -1 }],
    ["linux.resources.memory.swap", -1],
    ["linux.resources.blockIO", { weight: 0, weightDevice: [] }],
    ["linux.sysctl", {}],
    ["linux.seccomp", null],
    ["linux.mountLabel", ""],
    ["hooks.prestart", []],
    ["process.terminal", false],
  ] as const;
  for (const [field, value] of nothing) {
    const { warnings, dropped: notes } = plan(field, { value });
    expect([field, ...warnings, ...notes]).toEqual([field]);
  }
});

test("what crun and runc ignore without a word, as they do not know it, is warned of by its path", () => {
  const unknown = ["moon", "process.moon", "process.user.moon", "linux.moon", "linux.resources.memory.moon"];
  for (const field of unknown)
    expect(plan(field, { value: { phase: 1 } }).warnings.map((note) => note.field)).toEqual([field]);
  const mounts = [{ destination: "/tmp", type: "tmpfs", moon: 1 }];
  expect(plan("mounts", { value: mounts }).warnings.map((note) => note.field)).toEqual(["mounts[0].moon"]);
});

test("every field of the runtime specification has a rule, and none has that is not in it", () => {
  expect([...pathsOf(embeddedRules, "")].map(([path]) => path).toSorted()).toEqual(specFields.toSorted());
});

test("every field that is not kept has an example here", () => {
  const examples = new Set([warned, dropped, refused].flatMap((table) => Object.keys(table)));
  const left = [...pathsOf(embeddedRules, "")].filter(
    ([path, kind]) => kind !== "kept" && !examples.has(path),
  );
  expect(left).toEqual([]);
});

function* pathsOf(rules: FieldRules, above: string): Generator<readonly [string, string]> {
  for (const [name, rule] of Object.entries(rules)) {
    const path = above === "" ? name : `${above}.${name}`;
    if (rule.kind === "fields") yield* pathsOf(rule.fields, path);
    else yield [path, rule.kind];
  }
}
