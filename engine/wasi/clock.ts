import { native } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import type { WasiFunctions } from "./context.ts";
import { Errno, errnoOf } from "./errno.ts";

/** `$clockid`: realtime, monotonic, process and thread CPU time. Linux numbers them alike. */
export const Clock = { realtime: 0, monotonic: 1, processCputime: 2, threadCputime: 3 } as const;

/** Whether there is a clock of this number. */
export function isClock(id: number): boolean {
  return id >= Clock.realtime && id <= Clock.threadCputime;
}

/** clock_res_get, clock_time_get. */
export function clockFunctions(memory: GuestMemory): WasiFunctions {
  return {
    clock_res_get(id: number, out: number): number {
      return isClock(id) ? errnoOf(native.clockRes(id, memory.buffer, out >>> 0)) : Errno.inval;
    },
    clock_time_get(id: number, _precision: bigint, out: number): number {
      return isClock(id) ? errnoOf(native.clockTime(id, memory.buffer, out >>> 0)) : Errno.inval;
    },
  };
}
