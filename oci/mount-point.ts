import type { HostPath } from "./grant.ts";

/** Where a mount or the working directory needs a directory or a file that is not there yet. */
export interface MountPoint {
  /** The directory of the host that it is made beneath: the root file system, or the source of a mount. */
  readonly above: HostPath;
  /** The path from there: names without symlinks, `.` and `..`. */
  readonly path: string;
  /** A file is made empty. */
  readonly kind: "directory" | "file";
  /** The field of config.json that it is for. */
  readonly field: string;
}

/** What stands at a path beneath a directory of the host. */
export type Standing =
  | { readonly kind: "directory" | "file" | "special" }
  | {
      readonly kind: "missing";
      /** How many of the names exist, the first ones, each a directory. */
      readonly existing: number;
      /** The caller may make the next one. */
      readonly creatable: boolean;
    }
  /** A name on the way is no directory. */
  | { readonly kind: "blocked" };
