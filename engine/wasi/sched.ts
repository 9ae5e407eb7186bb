import { native } from "../../native/native.ts";
import type { WasiFunctions } from "./context.ts";
import { errnoOf } from "./errno.ts";

/** sched_yield. */
export function schedFunctions(): WasiFunctions {
  return { sched_yield: () => errnoOf(native.schedYield()) };
}
