import { parseContainerId } from "../container-id.ts";
import type { Container } from "../sandbox/sandbox.ts";
import type { Call } from "./call.ts";

/** `wrun state`: the state JSON of https://github.com/opencontainers/runtime-spec/blob/main/runtime.md#state. */
export function stateVerb({ operands, sandbox, print }: Call): number {
  print(`${JSON.stringify(ociState(sandbox().state(parseContainerId(operands[0] ?? ""))), undefined, 2)}\n`);
  return 0;
}

// The keys stand in crun's order.
function ociState({ record, life }: Container): object {
  return {
    ociVersion: "1.0.2",
    id: record.id,
    pid: life.status === "stopped" ? 0 : life.pid,
    status: life.status,
    bundle: record.bundle,
    rootfs: record.rootfs,
    created: record.created,
    annotations: record.annotations,
  };
}
