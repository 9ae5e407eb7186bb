/** A path on the host, or inside the kernel sandbox: where the engine opens it. */
export type HostPath = string & { readonly __brand?: "HostPath" };

/** An absolute path as the guest sees it. */
export type GuestPath = string & { readonly __brand?: "GuestPath" };

/** Whether the guest may change what lies beneath. */
export type Access = "read-write" | "read-only";

/** A directory (WASI preopen) or a single file that the guest can reach, and under which name. */
export interface Preopen {
  readonly kind: "directory" | "file";
  readonly host: HostPath;
  readonly guest: GuestPath;
  readonly access: Access;
}

/** Which network the guest's sockets belong to; without the field it has none. */
export type Network = "loopback" | "namespace" | "host";

/** Bounds on what the guest may use. A bound that is absent is the kernel's own. */
export interface Limits {
  /** Bytes of linear memory: `memory.grow` past it returns -1. */
  readonly memory?: number;
  /** Highest count of open descriptors (RLIMIT_NOFILE). */
  readonly files?: number;
  /** Bytes in a file that the guest writes (RLIMIT_FSIZE). */
  readonly fileSize?: number;
  /** Seconds of CPU time (RLIMIT_CPU). */
  readonly cpuSeconds?: number;
}

/**
 * Everything that a guest may touch. It is the whole contract between shim/ and engine/, and it travels as
 * the engine's flags (grant-flags.ts). What is absent is denied.
 */
export interface Grant {
  /** The wasm file, as a guest path: it is opened through the preopens, never around them. */
  readonly module: GuestPath;
  /** Unless the module is no file of the guest's, as that of an OCI artifact: then `module` is the engine's own path. */
  readonly hostModule?: true;
  /** The exported function to call instead of `_start`. */
  readonly invoke?: string;
  /** The guest's argv, argv[0] included. */
  readonly args: readonly string[];
  /** `NAME=value` entries, in order. */
  readonly env: readonly string[];
  /** The guest's working directory: preopen `.` where it is not `/`. */
  readonly cwd: GuestPath;
  readonly preopens: readonly Preopen[];
  /** Guest paths that are never visible, with everything beneath (proc, sysfs, maskedPaths, /dev/.wrun …). */
  readonly hidden: readonly GuestPath[];
  /** Guest paths beneath which nothing can be changed (readonlyPaths). */
  readonly readonly: readonly GuestPath[];
  /** The directory in which the guest finds its standard streams by name: stdin, stdout, stderr, fd/0, fd/1, fd/2. */
  readonly streams?: GuestPath;
  /** Addresses to listen on, each a preopened socket: `tcp:127.0.0.1:8080`, `tcp:[::1]:80`, `unix:/run/s`. */
  readonly listen: readonly string[];
  readonly network?: Network;
  readonly limits: Limits;
  /** The file mode creation mask, umask(2); the caller's own where it is left out. */
  readonly umask?: number;
}
