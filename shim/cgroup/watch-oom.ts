import type { Cgroup } from "./cgroup.ts";
import { KillCount } from "./kill-count.ts";
import { oomEventfd } from "./oom-eventfd.ts";
import { KillWatch } from "./kill-watch.ts";

/** Tells of OOM kills in a container until it is disposed of. */
export interface OomWatch extends Disposable {
  /**
   * Looks for a kill that the kernel's word has not come of yet: to be called when a process of the container has
   * ended, before its end is told.
   */
  check(): void;
}

/** Calls `onOom` when a process in the cgroup is killed for its memory. Without a memory controller it never is. */
export function watchOom(cgroup: Cgroup, onOom: () => void): OomWatch {
  return (
    (cgroup.version === 1 ? watchV1(cgroup.folders.get("memory"), onOom) : watchV2(cgroup.folder, onOom)) ??
    unwatched
  );
}

function watchV1(folder: string | undefined, onOom: () => void): OomWatch | undefined {
  const count = folder === undefined ? undefined : KillCount.open(`${folder}/memory.oom_control`);
  if (folder === undefined || count === undefined) return undefined;
  const eventfd = oomEventfd(folder, count.fd);
  return new KillWatch({ count, onOom, ...(eventfd === undefined ? {} : { eventfd }) });
}

function watchV2(folder: string, onOom: () => void): OomWatch | undefined {
  const count = KillCount.open(`${folder}/memory.events`);
  return count === undefined ? undefined : new KillWatch({ count, onOom });
}

const unwatched: OomWatch = { check: () => {}, [Symbol.dispose]: () => {} };
