import { native } from "../native/native.ts";

/**
 * The signals whose default is to end a process. The guest cannot handle them, and as PID 1 the kernel would
 * drop them, so each ends the engine at once, in whatever it is. Left alone are those of faults (the
 * runtime turns SIGSEGV and SIGBUS into traps), SIGABRT, SIGSYS, and SIGPWR, by which JavaScriptCore stops
 * its threads.
 */
const ending = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGXCPU: 24,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGIO: 29,
} as const;

// glibc keeps the first two real-time signals for itself.
const realTime = { first: 34, last: 64 };

// A guest gets EPIPE and EFBIG from its write instead.
const ignored = { SIGPIPE: 13, SIGXFSZ: 25 } as const;

/** Says what each signal does to the guest. */
export function handleSignals(statusFd: number | undefined): void {
  const signals: number[] = Object.values(ending);
  for (let signal = realTime.first; signal <= realTime.last; signal++) signals.push(signal);
  native.exitOnSignals(signals, statusFd ?? -1);
  for (const signal of Object.values(ignored)) native.ignoreSignal(signal);
}
