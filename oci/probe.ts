import type { GuestPath, HostPath } from "./grant.ts";
import type { Standing } from "./mount-point.ts";

/** What a file is, told by its first bytes. */
export type Looks =
  | "module"
  | "component"
  | "wat"
  | "elf"
  | "script"
  | "empty"
  | "truncated"
  | "unknown-wasm"
  | "unknown";

/** What lies at a guest path. */
export type Found =
  | {
      readonly kind: "file";
      readonly looks: Looks;
      readonly executable: boolean;
      /** The file is the source of a bind mount of config.json: no file of the image, and none in a volume. */
      readonly isMount: boolean;
    }
  | { readonly kind: "directory" | "special" };

/** What planning needs to see of the host's files: the one thing beside config.json that a plan depends on. */
export interface Probe {
  /** What a guest path leads to, symlinks resolved inside the root file system and its mounts. */
  lookup(path: GuestPath): Found | undefined;
  /** A guest path without symlinks, `.` and `..`, also where its end does not exist. */
  resolve(path: GuestPath): GuestPath;
  /** The text of a regular file of at most 1 MiB. */
  text(path: GuestPath): string | undefined;
  /** What a path of the host is. */
  source(path: HostPath): "directory" | "file" | "special" | undefined;
  /** Where file systems are mounted beneath a directory of the host, relative to it. */
  mountsIn(path: HostPath): readonly string[];
  /** What stands at `path`, names without symlinks, beneath a directory of the host. */
  standsAt(above: HostPath, path: string): Standing;
}
