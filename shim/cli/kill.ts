import { parseContainerId } from "../container-id.ts";
import { parseSignal, sigterm } from "../signals.ts";
import type { Call } from "./call.ts";

/** `wrun kill`: sends a signal to the container's one process. */
export function killVerb({ operands, sandbox }: Call): number {
  const [id = "", signal] = operands;
  sandbox().kill(parseContainerId(id), signal === undefined ? sigterm : parseSignal(signal));
  return 0;
}
