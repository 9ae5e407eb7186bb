import { parseContainerId } from "../container-id.ts";
import type { Call } from "./call.ts";

/** `wrun delete`: removes a container and everything kept of it. */
export function deleteVerb({ flags, operands, sandbox }: Call): number {
  sandbox().delete(parseContainerId(operands[0] ?? ""), flags.has("--force"));
  return 0;
}
