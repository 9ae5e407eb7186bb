import type { Call } from "./call.ts";
import { createRequest } from "./create-request.ts";

/** `wrun run`: create, start, wait and delete in one process; the exit code is the guest's. */
export function runVerb(call: Call): number {
  const { flags } = call;
  return call.sandbox().run({
    ...createRequest(call),
    detach: flags.has("--detach"),
    keep: flags.has("--keep"),
  });
}
