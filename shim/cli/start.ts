import { parseContainerId } from "../container-id.ts";
import type { Call } from "./call.ts";

/** `wrun start`: lets the guest of a created container run. */
export function startVerb({ operands, sandbox }: Call): number {
  sandbox().start(parseContainerId(operands[0] ?? ""));
  return 0;
}
