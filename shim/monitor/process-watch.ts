import { native } from "../../native/native.ts";
import { findCgroup } from "../cgroup/find-cgroup.ts";
import type { Cgroup } from "../cgroup/cgroup.ts";
import { type OomWatch, watchOom } from "../cgroup/watch-oom.ts";
import { linuxFiles } from "../host/files.ts";
import type { ProcessIdentity } from "../host/host.ts";
import { linuxProcesses } from "../host/processes.ts";
import { closeWatched, ready, whenReady } from "../host/readiness.ts";
import { now } from "../events/spool.ts";

/** How a process was seen to end. */
export interface SeenEnd {
  /** Microseconds since 1970. */
  readonly at: number;
  /** As a shell gives it; undefined where this kernel tells nobody but the parent. It comes once that has asked. */
  readonly code: () => Promise<number | undefined>;
  /** The kernel has killed for memory in its cgroup. */
  readonly oom: boolean;
}

const esrch = -3;
/** EAGAIN, ESRCH: it is a zombie still, or has been waited for while the kernel was looking. */
const notYet: readonly number[] = [-11, esrch];
const pollIn = 1;
const pauseMs = 5;
/** How long a parent may take to wait for a dead child, in milliseconds. */
const patienceMs = 1000;

/** Follows a process that is not ours, by a pidfd; where there is none to be had, or no room to watch it, by looking at it. */
export class ProcessWatch implements Disposable {
  readonly ended: Promise<SeenEnd>;
  readonly #cgroup: Cgroup | undefined;
  readonly #oom: OomWatch | undefined;
  readonly #fd: number;
  readonly #process: ProcessIdentity;
  readonly #looked = Promise.withResolvers<void>();
  #kills = 0;
  #closed = false;

  /** Undefined where exactly this process does not run any more. */
  static open(process: ProcessIdentity, onOom: () => void): ProcessWatch | undefined {
    const fd = native.pidfdOpen(process.pid);
    if (fd !== esrch && mayRun(process)) return new ProcessWatch(fd, process, onOom);
    if (fd >= 0) native.close(fd);
    return undefined;
  }

  private constructor(fd: number, process: ProcessIdentity, onOom: () => void) {
    this.#fd = fd;
    this.#process = process;
    this.#cgroup = ownCgroup(process.pid);
    this.#oom =
      this.#cgroup &&
      watchOom(this.#cgroup, () => {
        this.#kills += 1;
        onOom();
      });
    this.ended = this.#end();
  }

  /** Looks whether it has ended, should nobody have said so. */
  look(): void {
    if (!this.#closed && this.#hasEnded()) this.#looked.resolve();
  }

  /** Bytes that its cgroup holds; 0 where it has none of its own. */
  memory(): number {
    const cgroup = this.#cgroup;
    if (cgroup === undefined) return 0;
    const file =
      cgroup.version === 2
        ? `${cgroup.folder}/memory.current`
        : `${cgroup.folders.get("memory") ?? "/none"}/memory.usage_in_bytes`;
    try {
      return Number(linuxFiles.readText(file)) || 0;
    } catch {
      return 0;
    }
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#oom?.[Symbol.dispose]();
    if (this.#fd >= 0) closeWatched(this.#fd);
    this.#looked.resolve();
  }

  #hasEnded(): boolean {
    return this.#fd < 0 ? !mayRun(this.#process) : native.poll(Int32Array.of(this.#fd, pollIn, 0), 1, 0n) > 0;
  }

  async #end(): Promise<SeenEnd> {
    await Promise.race([this.#said(), this.#looked.promise]);
    const at = now();
    const status = this.#closed ? undefined : statusOfZombie(this.#process.pid);
    this.#oom?.check();
    const code = async (): Promise<number | undefined> => codeOf(status ?? (await this.#status()));
    return { at, oom: this.#kills > 0, code };
  }

  async #said(): Promise<unknown> {
    try {
      return await whenReady(this.#fd, ready.read);
    } catch {
      return this.#looked.promise;
    }
  }

  // The kernel has it once the parent has waited for the process.
  async #status(): Promise<number | undefined> {
    for (let waited = 0; waited < patienceMs && !this.#closed; waited += pauseMs) {
      const status = native.pidfdExit(this.#fd);
      if (status >= 0) return status;
      if (!notYet.includes(status)) return undefined;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return undefined;
  }
}

// Where there is no descriptor to look with, it is looked at again later.
function mayRun(process: ProcessIdentity): boolean {
  try {
    return linuxProcesses.runs(process);
  } catch {
    return true;
  }
}

// wait(2): the low seven bits are the signal, the next byte the exit code.
function codeOf(status: number | undefined): number | undefined {
  if (status === undefined) return undefined;
  return (status & 0x7f) === 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
}

// proc(5): field 52 of stat, for who may trace the process. It is there until the parent has waited, which is mostly at once.
function statusOfZombie(pid: number): number | undefined {
  try {
    const text = linuxFiles.readText(`/proc/${pid}/stat`) ?? "";
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? Number(fields[49]) : undefined;
  } catch {
    return undefined;
  }
}

// A process without a cgroup of its own is in ours, or in one of many processes: what that holds is not its.
function ownCgroup(pid: number): Cgroup | undefined {
  try {
    const [own, ours] = [findCgroup(pid), findCgroup(native.getpid())];
    return JSON.stringify(foldersOf(own)) === JSON.stringify(foldersOf(ours)) ? undefined : own;
  } catch {
    return undefined;
  }
}

function foldersOf(cgroup: Cgroup): unknown {
  return cgroup.version === 2 ? cgroup.folder : [...cgroup.folders];
}
