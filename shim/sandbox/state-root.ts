import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";

/** What decides where state is kept. */
export interface Caller {
  readonly uid: number;
  readonly runtimeDirectory: string | undefined;
  readonly workingDirectory: () => HostPath;
}

/** Where containers are kept, and whether others may have got there before us. */
export interface StateRoot {
  readonly path: HostPath;
  /** In a directory that everyone writes to: it must be checked that it is ours. */
  readonly exposed: boolean;
  /** Where containers were kept before, which are still found there. */
  readonly earlier?: HostPath;
}

// crun's list skips what begins with a dot; runc's finds no container in it. Both fail on a folder of ours beside theirs.
const beneathRoot = ".wrun";

/** Beneath `--root`, which a low-level runtime may share, else /run/wrun, else the user's own runtime directory, else one in /tmp. */
export function stateRoot(given: string | undefined, caller: Caller): StateRoot {
  if (given === "") throw new WrunError("invalid", "--root: the name of a directory is empty");
  if (given !== undefined) {
    const shared = absolutePath(given, caller.workingDirectory());
    return { path: `${shared}/${beneathRoot}`, exposed: false, earlier: shared };
  }
  if (caller.uid === 0) return { path: "/run/wrun", exposed: false };
  const own = caller.runtimeDirectory;
  if (own?.startsWith("/") === true) return { path: `${own}/wrun`, exposed: false };
  return { path: `/tmp/wrun-${caller.uid}`, exposed: true };
}

/** `path` from the root on; the kernel resolves what is in it. */
export function absolutePath(path: string, workingDirectory: HostPath): HostPath {
  const whole = path.startsWith("/") ? path : `${workingDirectory}/${path}`;
  const parts = whole.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}
