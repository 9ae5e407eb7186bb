import { atFdcwd, native, statFields } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import type { EngineProcess } from "../../oci/exec.ts";
import type { HostPath } from "../../oci/grant.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";

const loader = "ld.so";
const maxBytes = 16 * 2 ** 20;
/** Folders of installed versions (shim/install/links.ts). */
const version = /^wrun-[0-9a-f]{12}$/;

/**
 * How the engine was started that the process `pid` is; undefined where it is another program. The kernel says which
 * file a process executes: it is compared with the loaders that are installed, of older versions too. Nothing that the
 * container or its config.json says of itself counts.
 */
export function engineOf(pid: number): EngineProcess | undefined {
  const executed = native.openat(atFdcwd, `/proc/${pid}/exe`, open.path, 0);
  if (executed < 0) return undefined;
  const stat = new BigInt64Array(statFields.count);
  const isKnown = native.fstat(executed, stat) >= 0 && isLoader(stat);
  native.close(executed);
  if (!isKnown) return undefined;
  const [args, env] = [wordsOf(pid, "cmdline"), wordsOf(pid, "environ")];
  return args === undefined || env === undefined || !args.includes("wasm") ? undefined : { args, env };
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
