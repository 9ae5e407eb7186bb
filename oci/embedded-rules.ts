import { WrunError } from "./error.ts";
import { applyRule, type FieldRules, type Rule, unknownField } from "./field-rule.ts";
import type { GrantInput } from "./grant-input.ts";
import { quote, show } from "./note.ts";

const kept: Rule = { kind: "kept" };
const unneeded = (because: string): Rule => ({ kind: "unneeded", because });
const missing = (because: string): Rule => ({ kind: "missing", because });
const refused = (because: string): Rule => ({ kind: "refused", because });
const fields = (known: FieldRules): Rule => ({ kind: "fields", fields: known });
const decide = (how: (field: string, input: GrantInput) => void): Rule => ({ kind: "decide", decide: how });

const unconfined = missing("not applied: the grant alone confines the guest");
const unlimited = missing("not limited by the embedded sandbox");
const unscheduled = missing("not applied: the engine is scheduled as its caller");
const otherSystem = unneeded("not for Linux");

// "If any prestart, createRuntime, createContainer or startContainer hook fails, the runtime MUST … stop the
// container" (runtime-spec, Lifecycle): such a hook may be what admits it. The others are only logged.
const admits = refused("only the kernel sandbox runs hooks");
const follows = missing("not run by the embedded sandbox");

/**
 * What the embedded sandbox makes of every field of the runtime specification, up to 1.3.
 * https://github.com/opencontainers/runtime-spec/blob/v1.3.0/config.md
 */
export const embeddedRules: FieldRules = {
  ociVersion: kept,
  root: fields({ path: kept, readonly: kept }),
  mounts: decide(checkMountFields),
  process: fields({
    terminal: unneeded("the guest has the caller's standard streams"),
    consoleSize: unneeded("a guest cannot ask for the size of its terminal"),
    args: kept,
    commandLine: otherSystem,
    cwd: kept,
    env: kept,
    user: fields({
      uid: kept,
      gid: kept,
      umask: kept,
      additionalGids: decide(checkGroups),
      username: otherSystem,
    }),
    // checkCapabilities()
    capabilities: kept,
    rlimits: kept,
    noNewPrivileges: kept,
    apparmorProfile: unconfined,
    selinuxLabel: unconfined,
    oomScoreAdj: decide(checkOomScoreAdj),
    scheduler: unscheduled,
    ioPriority: unscheduled,
    execCPUAffinity: unneeded("the embedded sandbox has no exec"),
  }),
  hostname: kept,
  domainname: unneeded("a guest cannot ask for it"),
  hooks: fields({
    prestart: admits,
    createRuntime: admits,
    createContainer: admits,
    startContainer: admits,
    poststart: follows,
    poststop: follows,
  }),
  annotations: decide(checkAnnotations),
  linux: fields({
    namespaces: decide(checkNamespaces),
    uidMappings: kept,
    gidMappings: kept,
    timeOffsets: missing("not applied: the guest has the clocks of the host"),
    devices: unneeded("a guest opens no devices"),
    netDevices: missing("not moved: the embedded sandbox makes no network"),
    cgroupsPath: unneeded("the engine stays in its caller's cgroup"),
    rootfsPropagation: unneeded("nothing is mounted"),
    resources: fields({
      memory: fields({
        limit: kept,
        reservation: unlimited,
        swap: unlimited,
        kernel: unlimited,
        kernelTCP: unlimited,
        swappiness: unlimited,
        disableOOMKiller: unlimited,
        useHierarchy: unneeded("there is no cgroup"),
        checkBeforeUpdate: unneeded("there is no cgroup"),
      }),
      cpu: unlimited,
      pids: unneeded("a guest starts no processes"),
      devices: kept,
      blockIO: unlimited,
      hugepageLimits: unlimited,
      network: unlimited,
      rdma: unlimited,
      unified: unlimited,
    }),
    intelRdt: unlimited,
    memoryPolicy: unscheduled,
    sysctl: missing("not set by the embedded sandbox"),
    seccomp: unconfined,
    maskedPaths: kept,
    readonlyPaths: kept,
    mountLabel: unconfined,
    personality: unneeded("a guest cannot ask for it"),
  }),
  solaris: otherSystem,
  windows: otherSystem,
  vm: otherSystem,
  zos: otherSystem,
  freebsd: otherSystem,
};

const mountFields = new Set(["destination", "type", "source", "options", "uidMappings", "gidMappings"]);

// What the known fields ask for is the file grant's to answer.
function checkMountFields(field: string, { spec, remarks }: GrantInput): void {
  (spec.mounts ?? []).forEach((mount, index) => {
    for (const name of Object.keys(mount))
      if (!mountFields.has(name)) remarks.warn(`${field}[${index}].${show(name)}`, unknownField);
  });
}

function checkGroups(field: string, { remarks, uid }: GrantInput): void {
  const because = "the guest's files are opened with the caller's groups";
  if (uid === 0) remarks.drop(field, because);
  else remarks.warn(field, because);
}

// The engine's process has it. proc(5): lowering it takes CAP_SYS_RESOURCE.
function checkOomScoreAdj(field: string, { spec, remarks, uid }: GrantInput): void {
  const value = spec.process?.oomScoreAdj;
  if (typeof value === "number" && value < 0 && uid !== 0)
    remarks.warn(field, `${value} is not set: only root may lower it`);
}

// The guest has the caller's groups in any case.
const keptAnnotations = new Set(["run.oci.handler", "run.oci.keep_original_groups"]);

// https://github.com/containers/crun/blob/main/crun.1.md#extensions-to-oci
function checkAnnotations(field: string, { spec, remarks }: GrantInput): void {
  for (const name of Object.keys(spec.annotations ?? {}))
    if (name.startsWith("run.oci.") && !keptAnnotations.has(name))
      remarks.warn(`${field}.${show(name)}`, "not applied: it is for crun");
}

/** What becomes of a namespace that a container is to join. */
const joined: FieldRules = {
  // The network grant's.
  network: kept,
  pid: unneeded("a guest sees no processes"),
  ipc: unneeded("a guest has no System V IPC"),
  uts: unneeded("a guest cannot ask for its host name"),
  cgroup: unneeded("a guest sees no cgroups"),
  time: missing("not joined: the guest has the clocks of the host"),
  mount: refused("only the kernel sandbox can join a mount namespace"),
  user: refused("only the kernel sandbox can join a user namespace"),
};

function checkNamespaces(field: string, input: GrantInput): void {
  (input.spec.linux?.namespaces ?? []).forEach(({ type, path = "" }, index) => {
    const rule = Object.hasOwn(joined, type) ? joined[type] : undefined;
    if (rule === undefined)
      throw new WrunError("invalid", `${field}[${index}].type: there is no namespace ${quote(type)}`);
    if (path !== "") applyRule(rule, path, { input, path: `${field}[${index}].path` });
  });
}
