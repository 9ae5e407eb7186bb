import { native } from "../../native/native.ts";
import type { WasiFunctions } from "./context.ts";
import { Errno } from "./errno.ts";

/** `$signal` has no SIGSTKFLT, so from SIGCHLD on its numbers are one less than Linux's. */
const chld = 16;
const last = 30;

/** Those whose default action ends nobody: none, and SIGCHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH. */
const survivable: ReadonlySet<number> = new Set([0, 16, 17, 18, 19, 20, 21, 22, 27]);

/** proc_exit, proc_raise. `exit` does not return. */
export function procFunctions(exit: (code: number) => never): WasiFunctions {
  return {
    proc_exit(code: number): void {
      exit(code >>> 0);
    },
    proc_raise(signal: number): number {
      if (signal < 0 || signal > last) return Errno.inval;
      if (signal === 0) return Errno.success;
      const linux = signal < chld ? signal : signal + 1;
      native.raiseDefault(linux);
      // The first process of a PID namespace survives its own signals.
      return survivable.has(signal) ? Errno.success : exit(128 + linux);
    },
  };
}
