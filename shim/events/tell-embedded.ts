import type { HostPath } from "../../oci/grant.ts";
import type { WasmPlan } from "../../oci/plan.ts";
import type { ProcessIdentity } from "../host/host.ts";
import type { EmbeddedTeller, MadeContainer } from "../sandbox/teller.ts";
import { detailsOf } from "./details.ts";
import { keyOf } from "./key.ts";
import type { VerbRecord } from "./record.ts";
import { appendRecord, makeSpool, now } from "./spool.ts";

/** Tells the monitor of the containers of the embedded sandbox, whose state is kept in `root`. */
export function embeddedTeller(spool: HostPath): EmbeddedTeller {
  const began = now();
  const write = (
    verb: VerbRecord["verb"],
    root: HostPath,
    id: string,
    more: Partial<VerbRecord> = {},
  ): void =>
    void appendRecord(spool, {
      kind: "verb",
      verb,
      began,
      at: now(),
      code: 0,
      key: keyOf(root, id),
      ...more,
    });
  return {
    made: ({ root, id, bundle, plan, engine, status }: MadeContainer) => {
      makeSpool(spool);
      const container = detailsOf(planned(plan), { id, bundle, report: status });
      write("create", root, id, { ...identity(engine), container });
    },
    started: (root, id) => write("start", root, id),
    deleted: (root, id, { report, code }) =>
      write("delete", root, id, {
        ...(report === undefined ? {} : { report }),
        ...(code === undefined ? {} : { exit: `${code}` }),
      }),
  };
}

function planned({ spec, grant }: WasmPlan): Parameters<typeof detailsOf>[0] {
  return { spec, grant };
}

function identity({ pid, startTime }: ProcessIdentity): Pick<VerbRecord, "pid" | "startTime"> {
  return { pid, startTime };
}
