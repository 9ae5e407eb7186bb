import { native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import type { Limits } from "../oci/grant.ts";
import { errnoText } from "./errno.ts";

const rlimitCpu = 0;
// At the soft limit the kernel sends SIGXCPU, which ends the guest with a report; SIGKILL at the hard limit
// is there for the case that it does not.
const graceSeconds = 2;

/** Sets the limits that the kernel keeps for us. Those on memory and files are kept by the engine itself. */
export function setLimits(limits: Limits): void {
  if (limits.cpuSeconds === undefined) return;
  const now = native.getrlimit(rlimitCpu);
  const ceiling = typeof now === "number" || now[1] < 0 ? Infinity : now[1];
  const hard = Math.min(limits.cpuSeconds + graceSeconds, ceiling);
  const soft = Math.min(limits.cpuSeconds, Math.max(hard - 1, 1));
  const result = native.setrlimit(rlimitCpu, soft, hard);
  if (result < 0) throw new WrunError("io", `cannot limit CPU time: ${errnoText(result)}`);
}
