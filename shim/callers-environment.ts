import { native } from "../native/native.ts";
import { launcherMark, verbEnvironment } from "../oci/engine-env.ts";

/** Gives the environment back as the caller had it: the launcher has said at its end what it added there. */
export function restoreEnvironment(): void {
  const mark = native.environ().at(-1);
  if (mark?.startsWith(launcherMark) === true)
    native.cutEnviron(Number(mark.slice(launcherMark.length)) || 0);
}

/** Our environment for a process of ours that is to run without a compiler, and to give it back by the above. */
export function compilerlessEnvironment(): readonly string[] {
  return [...native.environ(), ...verbEnvironment, `${launcherMark}${verbEnvironment.length + 1}`];
}
