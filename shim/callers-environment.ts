import { native } from "../native/native.ts";
import { launcherMark } from "../oci/engine-env.ts";

/**
 * Gives the environment back as the caller had it: the launcher has said at its end what it added there. It also says
 * what the limit of open files was, which is returned.
 */
export function restoreEnvironment(): number | undefined {
  const mark = native.environ().at(-1);
  if (mark?.startsWith(launcherMark) !== true) return undefined;
  const [entries, openFiles] = mark.slice(launcherMark.length).split(":");
  native.cutEnviron(Number(entries) || 0);
  return Number(openFiles);
}
