import { grantOf } from "../../oci/exec.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { EventExtras } from "../task/pod.ts";
import type { TaskEvent } from "../task/task-events.ts";
import { detailsOf, type Planned } from "./details.ts";
import { appendRecord, makeSpool, now } from "./spool.ts";

/** Tells the monitor what a shim tells containerd of the containers in one of its namespaces. */
export function taskTeller(
  spool: HostPath,
  namespace: string,
): (event: TaskEvent, more?: EventExtras) => void {
  makeSpool(spool);
  return (event, { container, end } = {}) => {
    const details =
      container === undefined ? undefined : { ...detailsOf(planned(container), named(container)), namespace };
    appendRecord(spool, {
      kind: "event",
      at: now(),
      namespace,
      event,
      ...(details === undefined ? {} : { container: details }),
      ...(end === undefined ? {} : { end }),
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

function planned({ spec }: NonNullable<EventExtras["container"]>): Planned {
  return { spec, grant: grantOf(spec) };
}

function named({
  id,
  bundle,
  traceparent,
}: NonNullable<EventExtras["container"]>): Parameters<typeof detailsOf>[1] {
  return { id, bundle, ...(traceparent === undefined ? {} : { traceparent }) };
}
