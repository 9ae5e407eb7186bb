import type { HostPath } from "../../oci/grant.ts";
import type { MountPoint } from "../../oci/mount-point.ts";
import type { ReadOptions } from "./regular-file.ts";

/** Every effect that the host program has on the machine. The real one is linux.ts; tests pass a fake. */
export interface Host extends HostFiles, HostProcesses {
  /** The effective uid of the caller. */
  readonly uid: number;
  now(): Date;
}

/** Effects on files. Each throws a WrunError where the kernel refuses. */
export interface HostFiles {
  /** Makes one directory that only we can enter; false where something of that name stands already. */
  makeDirectory(path: HostPath): boolean;
  /** The names in a directory; none where it does not exist. */
  entries(path: HostPath): readonly string[];
  exists(path: HostPath): boolean;
  /** Whether this is a directory of our own that nobody else can write to. */
  isPrivate(path: HostPath): boolean;
  /** A whole text file, as readRegularFile() reads it; undefined where it does not exist. */
  readText(path: HostPath, options?: ReadOptions): string | undefined;
  /** Writes a whole file at once: a reader sees all of it, or none. */
  writeText(path: HostPath, text: string, mode: number): void;
  makeFifo(path: HostPath): void;
  /** Makes what a mount or the working directory needs, where it is missing. No symlink is followed. */
  makeMountPoint(point: MountPoint): void;
  /** Removes a file; nothing happens where there is none. */
  removeFile(path: HostPath): void;
  /** Removes a directory that is empty; another one stays. */
  removeEmpty(path: HostPath): void;
  /** Removes a directory and what is in it, never following a symlink; nothing happens where there is none. */
  removeTree(path: HostPath): void;
  /**
   * Takes a directory for ourselves, waiting for whoever has it; undefined where it does not exist, or is
   * another one by the time that we have it.
   */
  lock(path: HostPath): Lock | undefined;
}

/** Effects on processes. */
export interface HostProcesses {
  /** Starts the engine in a session of its own. It reports to `status`. */
  startEngine(launch: EngineLaunch): Engine;
  /** Sets proc(5)'s oom_score_adj of an engine that we started; false where the kernel refuses it. */
  setOomScoreAdj(engine: Engine, value: number): boolean;
  /** Waits until the engine has loaded its module; false where it ended instead. */
  engineLoaded(engine: Engine): boolean;
  /** Keeps `signals` from ending us: they are for the engine that engineEnded() will wait for. */
  holdSignals(signals: readonly number[]): void;
  /** Waits for an engine that we started, passing `signals` on to it, and returns its exit code (128+n for a signal). */
  engineEnded(engine: Engine, signals: readonly number[]): number;
  /** Kills an engine that we started and waits for it; content where it has ended. */
  stopEngine(engine: Engine): void;
  /** Writes one byte to a FIFO as soon as `reader` has opened it; false where that has ended. */
  openGate(fifo: HostPath, reader: ProcessIdentity): boolean;
  /** Removes a FIFO whose reader nobody knows, if there is one: it learns that nothing will come. */
  abandonGate(fifo: HostPath): void;
  /** Whether exactly this process still runs; one that is dead and not yet waited for does not. */
  runs(process: ProcessIdentity): boolean;
  /** Sends a signal to exactly this process; false where it has ended. */
  signal(process: ProcessIdentity, signal: number): boolean;
  /** Waits until exactly this process has ended; false after ten seconds. */
  gone(process: ProcessIdentity): boolean;
}

/** A directory taken for ourselves. */
export interface Lock extends Disposable {
  readonly path: HostPath;
}

/** A process, told apart from a later one of the same pid by when it started (ticks after boot). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** An engine that this process started. */
export interface Engine extends ProcessIdentity {
  /** Our end of the pipe that tells when it has loaded. */
  readonly ready: number;
}

/** How an engine is to be started. */
export interface EngineLaunch {
  /** The arguments after `wrun wasm --status-fd N --ready-fd N`. */
  readonly args: readonly string[];
  /** The whole environment of the engine. */
  readonly env: readonly string[];
  /** The file that the engine reports to. */
  readonly status: HostPath;
  /** How many descriptors of ours it inherits from 3 on. */
  readonly preserveFds: number;
}
