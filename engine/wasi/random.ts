import { native } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import type { WasiFunctions } from "./context.ts";
import { Errno, errnoOf } from "./errno.ts";

/** random_get. */
export function randomFunctions(memory: GuestMemory): WasiFunctions {
  return {
    random_get(buffer: number, length: number): number {
      let at = buffer >>> 0;
      const end = at + (length >>> 0);
      if (end > memory.buffer.byteLength) return Errno.fault;
      // getrandom(2) gives at most 32 MiB at once.
      while (at < end) {
        const got = native.getrandom(memory.buffer, at, end - at);
        if (got < 0) return errnoOf(got);
        at += got;
      }
      return Errno.success;
    },
  };
}
