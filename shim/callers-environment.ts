import { native } from "../native/native.ts";
import { launcherMark, observedMark } from "../oci/engine-env.ts";
import type { HostPath } from "../oci/grant.ts";

/** A launcher that waits for this process, to record what it has done. */
export interface Observer {
  /** The folder of the records. */
  readonly spool: HostPath;
  /** A descriptor for a container's engine to report on; undefined where the verb makes no container. */
  readonly reportFd?: number;
}

let waiting: Observer | undefined;

/** The launcher that records what this process does; undefined where none does. */
export function observer(): Observer | undefined {
  return waiting;
}

/**
 * Gives the environment back as the caller had it: the launcher has said at its end what it added there. It also says
 * what the limit of open files was, which is returned.
 */
export function restoreEnvironment(): number | undefined {
  const [before, mark] = native.environ().slice(-2);
  if (mark?.startsWith(launcherMark) !== true) return undefined;
  const [entries, openFiles] = mark.slice(launcherMark.length).split(":");
  if (before?.startsWith(observedMark) === true) waiting = observerIn(before.slice(observedMark.length));
  native.cutEnviron(Number(entries) || 0);
  return Number(openFiles);
}

// `FD:SPOOL`; the number is left out where there is no descriptor.
function observerIn(text: string): Observer {
  const colon = text.indexOf(":");
  const [number, spool] = [text.slice(0, colon), text.slice(colon + 1)];
  return number === "" ? { spool } : { spool, reportFd: Number(number) };
}
