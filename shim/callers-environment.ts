import { native } from "../native/native.ts";
import { launcherMark, verbEnvironment } from "../oci/engine-env.ts";

/**
 * Gives the environment back as the caller had it: the launcher has said at its end what it added there. It also says
 * what the limit of open files was, which is returned.
 */
export function restoreEnvironment(): number | undefined {
  const mark = native.environ().at(-1);
  if (mark?.startsWith(launcherMark) !== true) return undefined;
  const [entries, openFiles] = mark.slice(launcherMark.length).split(":");
  native.cutEnviron(Number(entries) || 0);
  return openFiles === undefined ? undefined : Number(openFiles);
}

/** Our environment for a process of ours that is to run without a compiler, and to give it back by the above. */
export function compilerlessEnvironment(): readonly string[] {
  return [...native.environ(), ...verbEnvironment, `${launcherMark}${verbEnvironment.length + 1}`];
}
