import { readdirSync, readFileSync, readlinkSync, statSync, unlinkSync } from "node:fs";
import type { HostPath } from "../../oci/grant.ts";
import { spoolFiles } from "../events/spool.ts";
import type { Life } from "./life.ts";
import { textOf } from "./traces.ts";

/** How a sweep is paced. Times are milliseconds. */
export interface SweepOptions {
  /** How long a file has to be without an owner before it is removed: its launcher may be about to read it. */
  readonly graceMs?: number;
  /** How long after a pass over all files the next one begins. */
  readonly pauseMs?: number;
  /** Files that one turn looks at. */
  readonly maxFiles?: number;
  /** A clock that is not set: the time since any moment. */
  readonly clockMs?: () => number;
}

/** What a sweep goes by beside the files. */
export interface Known {
  /** The containers that the ledger knows, once everything in the spool has been read. */
  readonly lives: ReadonlyMap<string, Life>;
  /** Which of the spool's logs is read. */
  readonly generation: number;
}

/** A file of which no process can be found that will read or remove it. */
interface Ownerless {
  readonly since: number;
  readonly identity: string;
}

/** What is not said otherwise. */
export const defaultSweep: Required<SweepOptions> = {
  graceMs: 30_000,
  pauseMs: 30_000,
  maxFiles: 256,
  clockMs: () => performance.now(),
};

/**
 * Removes what killed launchers and monitors leave in a spool. The files are written, read and removed by running
 * processes without a lock, so one is removed only where it was found without an owner twice, a grace period apart, and was
 * not written anew meanwhile:
 *
 * - `pending/PID`, which the launcher that is PID's parent reads once PID has ended: where PID is no launcher's child;
 * - `live/KEY`, which adds to the record of KEY's deletion: where the ledger knows no such container;
 * - `pids/KEY`, `pids/KEY-PID`: where nothing of the above is left of KEY or PID, and the process named there does not run;
 * - `reports/KEY`, which the delete verb or the container's shim removes: where the ledger knows no such container, and none
 *   that reports there;
 * - `log.N`, which a monitor had read to its end: where a later log is read.
 */
export class SpoolSweep {
  readonly #spool: HostPath;
  readonly #options: Required<SweepOptions>;
  readonly #ownerless = new Map<HostPath, Ownerless>();
  #queue: HostPath[] = [];
  #nextPass = -Infinity;

  constructor(spool: HostPath, options: SweepOptions = {}) {
    this.#spool = spool;
    this.#options = { ...defaultSweep, ...options };
  }

  /** Looks at some files, and returns how many were removed. A file that cannot be looked at or removed is left for the next pass. */
  turn(known: Known): number {
    const { clockMs, maxFiles, pauseMs } = this.#options;
    const now = clockMs();
    if (this.#queue.length === 0) {
      if (now < this.#nextPass) return 0;
      this.#nextPass = now + pauseMs;
      this.#queue = filesOf(this.#spool);
      this.#forgetAllBut(new Set(this.#queue));
    }
    const paths = this.#queue.splice(0, maxFiles);
    const keys = new Set([...known.lives.keys(), ...keysIn(this.#spool)]);
    const reports = new Set([...known.lives.values()].map(({ details }) => details.report));
    return paths.filter((path) => this.#sweep(path, { ...known, keys, reports }, now)).length;
  }

  #sweep(path: HostPath, known: KnownKeys, now: number): boolean {
    try {
      if (hasOwner(this.#spool, path, known)) this.#ownerless.delete(path);
      else return this.#removeLater(path, now);
    } catch {
      this.#ownerless.delete(path);
    }
    return false;
  }

  #removeLater(path: HostPath, now: number): boolean {
    const identity = identityOf(path);
    const before = this.#ownerless.get(path);
    if (before?.identity !== identity) {
      this.#ownerless.set(path, { since: now, identity });
      return false;
    }
    if (now - before.since < this.#options.graceMs) return false;
    unlinkSync(path);
    this.#ownerless.delete(path);
    return true;
  }

  #forgetAllBut(paths: ReadonlySet<HostPath>): void {
    for (const path of this.#ownerless.keys()) if (!paths.has(path)) this.#ownerless.delete(path);
  }
}

interface KnownKeys extends Known {
  /** Of all containers that the ledger, a live or a pending file names. */
  readonly keys: ReadonlySet<string>;
  /** The files of reports that containers of the ledger name. */
  readonly reports: ReadonlySet<HostPath | undefined>;
}

function filesOf(spool: HostPath): HostPath[] {
  const { pending, live, pids, reports } = spoolFiles(spool);
  const inside = [pending, live, pids, reports].flatMap((folder) =>
    namesIn(folder).map((name): HostPath => `${folder}/${name}`),
  );
  const logs = namesIn(spool).filter((name) => /^log\.\d+$/.test(name));
  return [...inside, ...logs.map((name): HostPath => `${spool}/${name}`)];
}

function namesIn(folder: HostPath): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The keys that live and pending files name: of the latter it is the first line (shim/events/pending.ts). */
function keysIn(spool: HostPath): string[] {
  const { pending, live } = spoolFiles(spool);
  const made = namesIn(pending).map((name) => firstLineOf(`${pending}/${name}`));
  return [...namesIn(live), ...made];
}

function firstLineOf(path: HostPath): string {
  return (textOf(path) ?? "").split("\n", 1)[0] ?? "";
}

// A file of a name that the spool does not know has an owner: somebody else.
function hasOwner(spool: HostPath, path: HostPath, known: KnownKeys): boolean {
  const { lives, keys, generation } = known;
  const { pending, live, pids, reports } = spoolFiles(spool);
  const name = path.slice(path.lastIndexOf("/") + 1);
  switch (path.slice(0, path.lastIndexOf("/"))) {
    case pending: {
      // PID.PID.new is what a process that was killed as it wrote has left.
      const pid = /^(\d+)(\.\d+\.new)?$/.exec(name)?.[1];
      return pid === undefined || isChildOfLauncher(pid);
    }
    case live:
      return lives.has(name);
    case pids: {
      const [, key = "", , pid] = /^([0-9a-f]{16})(-(\d+))?$/.exec(name) ?? [];
      if (key === "") return true;
      return (pid === undefined ? keys.has(key) : isChildOfLauncher(pid)) || runs(firstLineOf(path));
    }
    case reports:
      return keys.has(name) || known.reports.has(path) || !/^[0-9a-f]{16}$/.test(name);
    default:
      return Number(name.slice("log.".length)) >= generation;
  }
}

/**
 * Whether a launcher waits for a process, so that the process may still be about to write, and the launcher to read. The
 * pid alone does not say: it may be another process's by now. A launcher runs under no other name (native/launcher/launch.c).
 */
function isChildOfLauncher(pid: string): boolean {
  const parent = parentOf(pid);
  if (parent === undefined) return false;
  try {
    return /\/launch( \(deleted\))?$/.test(readlinkSync(`/proc/${parent}/exe`));
  } catch (error) {
    return !isMissing(error);
  }
}

function parentOf(pid: string): string | undefined {
  return statOf(pid)?.[1];
}

function runs(pid: string): boolean {
  const state = /^\d+$/.test(pid) ? statOf(pid)?.[0] : undefined;
  return state !== undefined && state !== "Z" && state !== "X";
}

// proc(5): what follows the command's bracket is the state, then the parent.
function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code === "ENOENT" || code === "ESRCH";
}

// Of a file as it was written once: a new one of the same name has another inode, or another time.
function identityOf(path: HostPath): string {
  const { ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return `${ino} ${mtimeNs} ${ctimeNs}`;
}
