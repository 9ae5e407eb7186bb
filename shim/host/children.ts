import { native, type SpawnOptions } from "../../native/native.ts";
import { checked } from "./errno.ts";
import { closeWatched, ready, whenReady } from "./readiness.ts";

/** How a process ended, as a shell gives it: its exit code, or 128 and the signal that killed it. */
export interface Ended {
  readonly exitStatus: number;
  readonly at: Date;
}

const noHang = 1;
const exited = 1;
const subreaper = 36;
const sigchld = 17;
const esrch = -3;
/** Between two looks at a process that cannot be watched, in milliseconds. */
const pause = 100;
/** What a shell says of a process whose end nobody could see. */
const unknown = 255;

/** Ours: each is waited for by whoever started or adopted it, and by nobody else. */
const known = new Set<number>();
let expected = 0;

/** Starts a program and waits for its end without blocking. */
export async function runProgram(options: SpawnOptions): Promise<Ended> {
  return whenEnded(startProgram(options));
}

/** Starts a program; somebody must wait for it by whenEnded(). */
export function startProgram(options: SpawnOptions): number {
  const pid = checked(native.spawn(options), "execute", options.path);
  known.add(pid);
  return pid;
}

/** Waits for a child of ours, one that we were given as the nearest subreaper too. */
export async function whenEnded(pid: number): Promise<Ended> {
  known.add(pid);
  for (;;) {
    await mayHaveEnded(pid);
    const at = new Date();
    const result = native.waitpid(pid, noHang);
    if (result === 0) continue;
    known.delete(pid);
    reapStrangers();
    if (typeof result === "number") return { exitStatus: unknown, at };
    const [how, status] = result;
    return { exitStatus: how === exited ? status : 128 + status, at };
  }
}

// Where there is no descriptor to be had, or no room to watch it, it is looked at again and again: a process whose end
// nobody sees is worse.
async function mayHaveEnded(pid: number): Promise<void> {
  const pidfd = native.pidfdOpen(pid);
  if (pidfd === esrch) return;
  try {
    await whenReady(pidfd, ready.read);
  } catch {
    await new Promise((resolve) => setTimeout(resolve, pause));
  } finally {
    if (pidfd >= 0) closeWatched(pidfd);
  }
}

/**
 * Runs `start`, which leaves a new process to us and returns its pid. Until that is known, no child is taken for a
 * stranger. Somebody must wait for the process by whenEnded().
 */
export async function adoptChild(start: () => Promise<number>): Promise<number> {
  expected += 1;
  try {
    const pid = await start();
    known.add(pid);
    return pid;
  } finally {
    expected -= 1;
    reapStrangers();
  }
}

/** From now on the orphans below us are ours, and those that nobody waits for are reaped as they die. */
export function becomeSubreaper(): void {
  checked(native.prctl(subreaper, 1), "adopt", "orphans");
  const died = checked(native.eventfd(), "create", "an eventfd");
  checked(native.signalTo(sigchld, died), "catch", "SIGCHLD");
  void reapOnSignal(died);
}

async function reapOnSignal(died: number): Promise<void> {
  const count = new BigUint64Array(1);
  for (;;) {
    if ((await whenReady(died, ready.read)) === 0) return;
    native.read(died, count.buffer, 0, 8);
    reapStrangers();
  }
}

// A known child that is dead hides the strangers behind it: once it has been waited for, this is called again.
function reapStrangers(): void {
  if (expected > 0) return;
  for (let pid = native.deadChild(); pid > 0 && !known.has(pid); pid = native.deadChild())
    native.waitpid(pid, noHang);
}
