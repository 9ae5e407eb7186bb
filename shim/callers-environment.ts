import { native } from "../native/native.ts";
import { launcherMark, observedMark } from "../oci/engine-env.ts";
import type { HostPath } from "../oci/grant.ts";

let spool: HostPath | undefined;

/** Where the launcher will write down what this process has done; undefined where it does not wait for that. */
export function observingSpool(): HostPath | undefined {
  return spool;
}

/**
 * Gives the environment back as the caller had it: the launcher has said at its end what it added there. It also says
 * what the limit of open files was, which is returned.
 */
export function restoreEnvironment(): number | undefined {
  const [before, mark] = native.environ().slice(-2);
  if (mark?.startsWith(launcherMark) !== true) return undefined;
  const [entries, openFiles] = mark.slice(launcherMark.length).split(":");
  if (before?.startsWith(observedMark) === true) spool = before.slice(observedMark.length);
  native.cutEnviron(Number(entries) || 0);
  return Number(openFiles);
}
