import type { Integer } from "./integer.ts";

/**
 * The fields of config.json that wrun reads (runtime-spec 1.0 to 1.2,
 * https://github.com/opencontainers/runtime-spec/blob/main/config.md). A RuntimeSpec is the parsed document
 * itself: what is not listed here is still in it, in its place, and is written back as it came.
 */
export interface RuntimeSpec {
  readonly ociVersion: string;
  readonly process?: Process;
  readonly root?: Root;
  readonly hostname?: string;
  readonly mounts?: readonly Mount[];
  readonly hooks?: Hooks;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux?: Linux;
}

/** The container's process. */
export interface Process {
  readonly terminal?: boolean;
  readonly user?: User;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly cwd?: string;
  readonly capabilities?: Capabilities;
  readonly rlimits?: readonly Rlimit[];
  readonly noNewPrivileges?: boolean;
  readonly oomScoreAdj?: Integer;
  readonly apparmorProfile?: string;
  readonly selinuxLabel?: string;
}

/** Who the process runs as, in the container's numbering. */
export interface User {
  readonly uid?: number;
  readonly gid?: number;
  readonly umask?: number;
  readonly additionalGids?: readonly number[];
}

/** The five capability sets, each a list of names such as `CAP_CHOWN`. */
export type Capabilities = Readonly<Partial<Record<CapabilitySet, readonly string[]>>>;

/** The names of the capability sets. */
export const capabilitySets = ["bounding", "effective", "inheritable", "permitted", "ambient"] as const;

/** One capability set. */
export type CapabilitySet = (typeof capabilitySets)[number];

/** One resource limit, such as `RLIMIT_NOFILE`. */
export interface Rlimit {
  readonly type: string;
  readonly soft: Integer;
  readonly hard: Integer;
}

/** The container's root file system. */
export interface Root {
  readonly path: string;
  readonly readonly?: boolean;
}

/** One mount, in the order of mounting. */
export interface Mount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
  readonly options?: readonly string[];
  /** Of runtime-spec 1.1; older runtimes do not look at them. */
  readonly uidMappings?: unknown;
  readonly gidMappings?: unknown;
}

/** The moments at which a hook can run, in the spec's order. */
export const hookMoments = [
  "prestart",
  "createRuntime",
  "createContainer",
  "startContainer",
  "poststart",
  "poststop",
] as const;

/** Programs to run at moments of the container's life. Only their number matters to us. */
export type Hooks = Readonly<Partial<Record<(typeof hookMoments)[number], readonly object[]>>>;

/** What only Linux has. */
export interface Linux {
  readonly namespaces?: readonly Namespace[];
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
  readonly devices?: readonly Device[];
  readonly resources?: Resources;
  readonly sysctl?: object;
  readonly seccomp?: object;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
}

/** A device that is made in the container. */
export interface Device {
  readonly path?: string;
}

/** A namespace to be made, or joined where it has a path. */
export interface Namespace {
  readonly type: string;
  readonly path?: string;
}

/** A run of ids inside the container and what they are outside. */
export interface IdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

/** Cgroup limits. */
export interface Resources {
  readonly memory?: { readonly limit?: Integer };
  readonly cpu?: object;
  readonly pids?: object;
  readonly devices?: readonly object[];
  readonly blockIO?: object;
  readonly hugepageLimits?: readonly object[];
  readonly network?: object;
  readonly rdma?: object;
  readonly unified?: object;
}
