import type { Call } from "./call.ts";
import { createRequest } from "./create-request.ts";

/** `wrun create`: leaves a process that waits for `start`. */
export function createVerb(call: Call): number {
  call.sandbox().create(createRequest(call));
  return 0;
}
