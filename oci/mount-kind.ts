import { absoluteFrom, isWithin, normalized } from "./guest-path.ts";
import type { HostPath } from "./grant.ts";
import type { Mount } from "./runtime-spec.ts";

/** What a mount puts into the container. */
export type MountKind =
  | { readonly kind: "bind"; readonly source: HostPath }
  | { readonly kind: "memory" }
  | { readonly kind: "kernel"; readonly because: string }
  | { readonly kind: "other" };

/** File systems through which a process reaches the kernel or other processes: a guest that can write /proc/self/mem has left its sandbox. */
const kernelTypes = new Set([
  "proc",
  "sysfs",
  "cgroup",
  "cgroup2",
  "mqueue",
  "devpts",
  "devtmpfs",
  "debugfs",
  "tracefs",
  "securityfs",
  "configfs",
  "efivarfs",
  "pstore",
  "bpf",
  "binfmt_misc",
  "selinuxfs",
  "nsfs",
  "fusectl",
  "hugetlbfs",
]);

const kernelDirectories = ["/proc", "/sys", "/dev"];

/** Says what a mount is; a relative source lies in the bundle. */
export function mountKind(mount: Mount, bundle: HostPath): MountKind {
  const { type = "" } = mount;
  if (isBind(mount)) {
    if ((mount.source ?? "") === "") return { kind: "other" };
    const source = absoluteFrom(bundle, mount.source ?? "");
    const directory = kernelDirectories.find((path) => isWithin(normalized(source), path));
    if (directory === undefined) return { kind: "bind", source };
    return { kind: "kernel", because: `its source lies in the host's ${directory}` };
  }
  if (kernelTypes.has(type)) return { kind: "kernel", because: `${type} belongs to the kernel` };
  return type === "tmpfs" || type === "ramfs" ? { kind: "memory" } : { kind: "other" };
}

/** Whether it is a bind mount. */
export function isBind({ type, options = [] }: Mount): boolean {
  return type === "bind" || options.includes("bind") || options.includes("rbind");
}

/** Whether the mount's last word on it is read-only. */
export function isReadonly({ options = [] }: Mount): boolean {
  const last = options.findLast((option) => ["ro", "rw", "rro", "rrw"].includes(option));
  return last === "ro" || last === "rro";
}

/** Whether a bind mount shows what is mounted beneath its source. */
export function isRecursive({ options = [] }: Mount): boolean {
  return options.findLast((option) => option === "bind" || option === "rbind") === "rbind";
}
