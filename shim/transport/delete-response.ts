import { containerd } from "../../proto/gen/task.js";
import { timestamp } from "./task-events.ts";

/** The answer of a shim's `delete`. */
export function encodeDeleteResponse({
  exitedAt,
  ...end
}: {
  readonly pid: number;
  readonly exitStatus: number;
  readonly exitedAt: Date;
}): Uint8Array {
  return containerd.task.v3.DeleteResponse.encode({ ...end, exitedAt: timestamp(exitedAt) }).finish();
}
