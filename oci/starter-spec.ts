import type { HostPath } from "./grant.ts";
import type { IdMapping, Mount, RuntimeSpec } from "./runtime-spec.ts";

/** For whom a config.json is to be written. */
export interface StarterInput {
  readonly uid: number;
  readonly gid: number;
  /** A module on the host, mounted at `/` under its own name; without it, the rootfs has an /app.wasm. */
  readonly wasm?: HostPath;
}

/**
 * A config.json to start from. It runs as it is in the embedded sandbox and, for the same caller, under crun and
 * runc; and it asks for little: no network, no capabilities, temporary files in /tmp.
 */
export function starterSpec({ uid, gid, wasm }: StarterInput): RuntimeSpec {
  const guest = wasm === undefined ? "/app.wasm" : `/${wasm.slice(wasm.lastIndexOf("/") + 1)}`;
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: [guest],
      env: ["PATH=/usr/local/bin:/usr/bin:/bin"],
      cwd: "/",
      noNewPrivileges: true,
    },
    root: { path: "rootfs" },
    hostname: "wrun",
    mounts: [...mounts, ...(wasm === undefined ? [] : [moduleMount(wasm, guest)])],
    linux: {
      ...(uid === 0 ? {} : { uidMappings: mapping(uid), gidMappings: mapping(gid) }),
      namespaces: ["pid", "network", "ipc", "uts", "mount", ...(uid === 0 ? [] : ["user"])].map((type) => ({
        type,
      })),
      maskedPaths: ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    },
  };
}

const mounts: readonly Mount[] = [
  { destination: "/proc", type: "proc", source: "proc" },
  { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755"] },
  { destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=1777"] },
];

function moduleMount(source: HostPath, destination: string): Mount {
  return { destination, type: "bind", source, options: ["bind", "ro"] };
}

function mapping(hostID: number): IdMapping[] {
  return [{ containerID: 0, hostID, size: 1 }];
}
