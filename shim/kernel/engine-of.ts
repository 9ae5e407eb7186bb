import { atFdcwd, native, statFields } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import type { EngineProcess } from "../../oci/exec.ts";
import { engineMounts } from "../../oci/engine-mount.ts";
import type { HostPath } from "../../oci/grant.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";

const loader = "ld.so";
/** So long the container's process may take from the runtime's `start` to executing the engine, and how often it is looked at. */
const [maxWaitMs, pollNs] = [10_000, 1_000_000n];
const monotonic = 1;
const resolveInRoot = 0x10;
const maxBytes = 16 * 2 ** 20;
/** Folders of installed versions (shim/install/links.ts). */
const version = /^wrun-[0-9a-f]{12}$/;

/**
 * How the engine was started that the process `pid` is; undefined where it is another program. The kernel says which
 * file a process executes: it is compared with the loaders that are installed, of older versions too. Nothing that the
 * container or its config.json says of itself counts. `isStarted`: the runtime has been asked to start it.
 */
export function engineOf(pid: number, isStarted: boolean): EngineProcess | undefined {
  if (isStarted) awaitEngine(pid);
  if (!isEngine(pid)) return undefined;
  const [args, env] = [wordsOf(pid, "cmdline"), wordsOf(pid, "environ")];
  return args === undefined || env === undefined || !args.includes("wasm") ? undefined : { args, env };
}

// runc's start returns before its process has executed what it is to be: the engine, where the container has one mounted.
function awaitEngine(pid: number): void {
  for (let waitedMs = 0; waitedMs < maxWaitMs && !isEngine(pid) && hasEngine(pid); waitedMs++)
    native.nanosleep(monotonic, 0, pollNs);
}

function isEngine(pid: number): boolean {
  const executed = native.openat(atFdcwd, `/proc/${pid}/exe`, open.path, 0);
  if (executed < 0) return false;
  const stat = new BigInt64Array(statFields.count);
  const isKnown = native.fstat(executed, stat) >= 0 && isLoader(stat);
  native.close(executed);
  return isKnown;
}

// Whether the loader is mounted in the root of a process, whose links are not followed out of it.
function hasEngine(pid: number): boolean {
  const root = native.openat(atFdcwd, `/proc/${pid}/root`, open.path | open.directory, 0);
  if (root < 0) return false;
  const stat = new BigInt64Array(statFields.count);
  const isThere = engineMounts.some((mount) => {
    const fd = native.openat2(root, `${mount}/${loader}`, open.path, 0, resolveInRoot);
    const isKnown = fd >= 0 && native.fstat(fd, stat) >= 0 && isLoader(stat);
    if (fd >= 0) native.close(fd);
    return isKnown;
  });
  native.close(root);
  return isThere;
}

/** The words of proc(5)'s `cmdline` or `environ`; undefined where they cannot be read. */
export function wordsOf(pid: number, file: "cmdline" | "environ"): readonly string[] | undefined {
  const fd = native.openat(atFdcwd, `/proc/${pid}/${file}`, open.readOnly, 0);
  if (fd < 0) return undefined;
  const bytes = readAll(fd, maxBytes);
  native.close(fd);
  return typeof bytes === "number" ? undefined : new TextDecoder().decode(bytes).split("\0").slice(0, -1);
}

function isLoader(executed: BigInt64Array): boolean {
  const own = parentOf(process.execPath);
  if (isSame(executed, `${own}/${loader}`)) return true;
  const versions = parentOf(own);
  return linuxFiles
    .entries(versions)
    .some((name) => version.test(name) && isSame(executed, `${versions}/${name}/${loader}`));
}

function isSame(executed: BigInt64Array, path: HostPath): boolean {
  const installed = new BigInt64Array(statFields.count);
  return (
    native.fstatat(atFdcwd, path, 0, installed) >= 0 &&
    [statFields.dev, statFields.ino].every((field) => installed[field] === executed[field])
  );
}

function parentOf(path: HostPath): HostPath {
  return path.slice(0, path.lastIndexOf("/"));
}
