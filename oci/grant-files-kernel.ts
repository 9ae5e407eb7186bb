import { deviceLinks } from "./devices.ts";
import type { Grant } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { sound } from "./grant-process.ts";
import { absoluteFrom, normalized } from "./guest-path.ts";
import { Hidden, hideMaskedPaths, readonlyPaths } from "./hidden.ts";
import { mountKind } from "./mount-kind.ts";
import { show } from "./note.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";

/**
 * Files in the kernel sandbox: the guest has the container's own `/` without what is hidden. Its mounts and
 * their being read-only are the kernel's work; of `/dev` the engine shows the harmless devices only.
 */
export function grantKernelFiles(input: GrantInput): Pick<Grant, "preopens" | "hidden" | "readonly"> {
  const { spec, remarks, bundle } = input;
  remarks.grant("root", "preopen /, as the kernel mounts it");
  const hidden = new Hidden();
  hidden.add(input.engineMount);
  if (input.workload.init !== undefined) hidden.add(input.workload.init);
  for (const path of [...deviceLinks, ...deviceFolders(spec)]) hidden.add(path);
  (spec.mounts ?? []).forEach((mount, index) => {
    const field = `mounts[${index}]`;
    const path = normalized(sound(mount.destination, `${field}.destination`));
    const kind = mountKind(mount, bundle);
    const because = kind.kind === "kernel" && path !== "/dev" ? kind.because : undefined;
    if (because === undefined && !hidden.covers(path))
      return remarks.grant(field, `${show(path)}, as the kernel mounts it`);
    hidden.add(path);
    return remarks.drop(field, `${show(path)} is hidden: ${because ?? "a guest has no use for it"}`);
  });
  hideMaskedPaths(input, hidden, normalized);
  const readonly = readonlyPaths(input, hidden, normalized);
  const root = { kind: "directory", host: "/", guest: "/", access: "read-write" } as const;
  return { preopens: [root], hidden: [...hidden.list(), ...climbing(spec, hidden)], readonly };
}

// Hidden paths in which `..` may follow a symlink of the image: the engine looks where they lead.
function climbing({ mounts = [], linux }: RuntimeSpec, hidden: Hidden): string[] {
  const paths = [...mounts.map(({ destination }) => destination), ...(linux?.maskedPaths ?? [])];
  return paths
    .filter((path) => path.split("/").includes("..") && hidden.covers(normalized(path)))
    .map((path) => absoluteFrom("/", path));
}

// Directories of /dev that are there for devices only, such as /dev/net of /dev/net/tun.
function deviceFolders({ linux }: RuntimeSpec): string[] {
  return (linux?.devices ?? []).flatMap(
    ({ path = "" }) => /^\/dev\/[^/]+(?=\/)/.exec(normalized(path))?.[0] ?? [],
  );
}
