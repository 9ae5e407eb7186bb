import type { Life } from "./life.ts";
import type { SeenContainer } from "./seen-container.ts";

/** A container as the monitor's list has it. */
export function seenOf(life: Life, memory: number): SeenContainer {
  const { details, pid, status, createdAt, startedAt, end } = life;
  return {
    id: details.id,
    namespace: details.namespace,
    name: details.name ?? "",
    pod: details.pod ?? "",
    status,
    pid,
    wasm: details.guest !== undefined,
    ofShim: life.told === true,
    createdAt: nanoseconds(createdAt),
    memory,
    ...(startedAt === undefined ? {} : { startedAt: nanoseconds(startedAt) }),
    ...(end === undefined
      ? {}
      : {
          exitedAt: nanoseconds(end.at),
          exitStatus: end.exitStatus,
          reason: end.reason,
          detail: end.detail,
        }),
  };
}

function nanoseconds(microseconds: number): bigint {
  return BigInt(microseconds) * 1000n;
}
