import { atFdcwd, native, type SpawnOptions } from "../../native/native.ts";
import { WrunError, type ErrorCode } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { type Ended, startProgram, whenEnded } from "../host/children.ts";
import { linuxFiles } from "../host/files.ts";
import { collected, writtenPipe } from "./pipes.ts";
import { lastError } from "./runtime-log.ts";

/** The low-level runtime of one container, and what it is told at every call. */
export interface LowLevelSettings {
  readonly path: HostPath;
  readonly root: HostPath;
  readonly systemdCgroup: boolean;
  /** A folder for its logs: the bundle. */
  readonly bundle: HostPath;
  /** The soft limit of open files that it, and so the container, inherits. */
  readonly openFiles: number | undefined;
}

/** Descriptors 0, 1, 2 of a call; -1 is /dev/null. */
export type Streams = readonly [number, number, number];

const silent: Streams = [-1, -1, -1];

/** How a verb is called. */
export interface CallOptions {
  readonly streams?: Streams;
  /** Descriptors that it gets from 3 on. */
  readonly passed?: readonly number[];
  /** Once this has resolved the call may wait for what never comes: it gets a little time, and is ended then. */
  readonly pointless?: Promise<unknown>;
}

const sigkill = 9;
/** How long a call goes on once it is pointless, in milliseconds: the usual one is about to end. */
const patience = 5000;

// What a service manager has told containerd is not meant for its containers.
const notInherited = /^(NOTIFY_SOCKET|LISTEN_PID|LISTEN_FDS|LISTEN_FDNAMES)=/;

/** Calls crun or runc, one process a verb. */
export class LowLevelRuntime {
  readonly #settings: LowLevelSettings;
  #calls = 0;

  /** Its executable. */
  get path(): HostPath {
    return this.#settings.path;
  }

  /** Where it keeps its containers. */
  get root(): HostPath {
    return this.#settings.root;
  }

  constructor(settings: LowLevelSettings) {
    this.#settings = settings;
  }

  /** Runs a verb to its end; throws what its log says where it fails. */
  async call(
    verb: string,
    args: readonly string[],
    { streams = silent, passed = [], pointless }: CallOptions = {},
  ): Promise<void> {
    const { path, root, systemdCgroup, bundle, openFiles } = this.#settings;
    // A bundle that somebody has removed has no room for a log, but its container must still be ended.
    const [cwd, logs] = linuxFiles.exists(bundle) ? [bundle, `${bundle}/log`] : ["/", `${root}.log`];
    const log = `${logs}-${native.getpid()}-${++this.#calls}.json`;
    const globals = ["--root", root, "--log", log, "--log-format", "json"];
    const pid = begin(verb, {
      path,
      argv: [path, ...globals, ...(systemdCgroup ? ["--systemd-cgroup"] : []), verb, ...args],
      env: native.environ().filter((entry) => !notInherited.test(entry)),
      cwd,
      fds: [...streams, ...passed],
      ...(openFiles === undefined ? {} : { openFiles }),
    });
    const { exitStatus } = await endWith(pid, pointless);
    const problem = exitStatus === 0 ? undefined : (logged(log) ?? withoutReason(path, exitStatus));
    native.unlinkat(atFdcwd, log, 0);
    if (problem !== undefined) throw failure(verb, problem);
  }

  /** call(), and what it printed: at most 1 MiB. */
  output(verb: string, args: readonly string[]): Promise<string> {
    return collected((writer) => this.call(verb, args, { streams: [-1, writer, -1] }));
  }

  /** call() with `text` on its standard input. */
  async withInput(verb: string, args: readonly string[], text: string): Promise<void> {
    const reader = writtenPipe(text);
    try {
      await this.call(verb, args, { streams: [reader, -1, -1] });
    } finally {
      native.close(reader);
    }
  }
}

async function endWith(pid: number, pointless: Promise<unknown> | undefined): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  let hasEnded = false;
  void pointless?.then(() => {
    if (!hasEnded) timer = setTimeout(() => native.kill(pid, sigkill), patience);
  });
  const ended = await whenEnded(pid);
  hasEnded = true;
  clearTimeout(timer);
  return ended;
}

// A runtime that cannot be executed is not a container that is gone.
function begin(verb: string, options: SpawnOptions): number {
  try {
    return startProgram(options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WrunError("io", `OCI runtime ${verb} failed: ${message}`, { cause });
  }
}

// A log that cannot be read, or is too long, must not hide that the call has failed.
function logged(log: HostPath): string | undefined {
  try {
    return lastError(log);
  } catch {
    return undefined;
  }
}

// The text of containerd's own shim (github.com/containerd/go-runc).
function withoutReason(path: HostPath, exitStatus: number): string {
  return `${path} did not terminate successfully: exit status ${exitStatus}`;
}

/** The verbs that have nothing to do where the container or its process does not exist any more. */
const endingVerbs: ReadonlySet<string> = new Set(["kill", "delete"]);

function failure(verb: string, problem: string): WrunError {
  const code: ErrorCode = endingVerbs.has(verb) && saysGone(problem) ? "not-found" : "io";
  return new WrunError(code, `OCI runtime ${verb} failed: ${problem}`);
}

/**
 * Whether crun (1.8 to 1.29) or runc (1.1 to 1.5) says by this text that a container, or its process, does not exist any
 * more. containerd's own shim looks for the same (process/utils.go, checkKillError), but for what crun before 1.22 says of
 * a container that it does not know: it names the status file. test/golden/runtime-texts.json has the texts by version.
 */
export function saysGone(text: string): boolean {
  return gone.test(text);
}

const gone =
  /process already finished|(?:container|process) not running|no such process|does not exist|is not running|open(?:ing file)? `[^`]*\/status`: no such file/i;
