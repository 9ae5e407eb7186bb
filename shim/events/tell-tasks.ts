import type { HostPath } from "../../oci/grant.ts";
import type { EventExtras } from "../task/pod.ts";
import type { TaskEvent } from "../task/task-events.ts";
import { detailsOf } from "./details.ts";
import { appendRecord, makeSpool, now, spoolFiles } from "./spool.ts";

/** The monitor, as a shim reaches it. */
export interface TaskMonitor {
  /** Records an event that containerd gets, too. */
  readonly emit: (event: TaskEvent, more?: EventExtras) => void;
  /** Where the reports of engines are copied; undefined where others could write in the spool. */
  readonly reports?: HostPath;
}

/** The monitor that reads `spool`, for the containers in one of containerd's namespaces. */
export function taskMonitor(spool: HostPath, namespace: string): TaskMonitor {
  const reports = makeSpool(spool) ? { reports: spoolFiles(spool).reports } : {};
  return { emit: emitter(spool, namespace), ...reports };
}

function emitter(spool: HostPath, namespace: string): TaskMonitor["emit"] {
  return (event, { container, end, report } = {}) => {
    const details =
      container === undefined ? undefined : { ...detailsOf(container, named(container)), namespace };
    appendRecord(spool, {
      kind: "event",
      at: now(),
      namespace,
      event,
      ...(details === undefined ? {} : { container: details }),
      ...(end === undefined ? {} : { end }),
      ...(report === undefined ? {} : { report }),
    });
  };
}

/** Tells the monitor of a container whose shim has died: that it has ended, and is no more. */
export function tellDead(
  spool: HostPath,
  namespace: string,
  { id, code }: { readonly id: string; readonly code: number },
): void {
  const at = now();
  const key = `${namespace}/${id}`;
  appendRecord(spool, { kind: "verb", verb: "delete", began: at, at, code: 0, key, exit: `${code}` });
}

function named({
  id,
  bundle,
  report,
  traceparent,
}: NonNullable<EventExtras["container"]>): Parameters<typeof detailsOf>[1] {
  return {
    id,
    bundle,
    ...(report === undefined ? {} : { report }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
