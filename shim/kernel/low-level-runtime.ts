import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { descriptorPath } from "../host/descriptor-path.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";
import { oneLine } from "../one-line.ts";
import { configPath, type KernelConfig, parseKernelConfig } from "./config-file.ts";

/** The runtimes that are looked for, the preferred one first. */
const names = ["crun", "runc"] as const;

// A caller without PATH (conmon has none at times) means the usual places.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const typeMask = 0o170000;
const regular = 0o100000;

/** The low-level runtime's path: named by flag, variable or config file, else crun or runc on PATH. */
export function findLowLevelRuntime(flag: string | undefined): string {
  const found = lowLevelRuntime(flag);
  if (found !== undefined) return found;
  throw new WrunError(
    "precondition",
    `no low-level runtime: install crun or runc, or name one (--runtime-path, WRUN_RUNTIME, runtime in ${configPath}); ` +
      "without one there is --sandbox embedded",
  );
}

/** The same; undefined where none is named or installed. An error where the one that is named cannot be used. */
export function lowLevelRuntime(flag: string | undefined): string | undefined {
  const named = flag ?? process.env["WRUN_RUNTIME"] ?? kernelConfig().runtime;
  if (named !== undefined) return checkNamed(named.includes("/") ? named : (onPath(named) ?? named));
  for (const name of names) {
    const found = onPath(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the config file says. */
export function kernelConfig(): KernelConfig {
  return parseKernelConfig(linuxFiles.readText(configPath, { followLink: true }) ?? "");
}

/**
 * Whether the runtime takes `--config FILE` with `create` and `run`: crun does, under whichever link; runc and others read
 * `config.json` in the bundle alone.
 */
export function takesConfigFlag(path: HostPath): boolean {
  const fd = native.openat(atFdcwd, path, open.path, 0);
  const real = descriptorPath(fd);
  native.close(fd);
  const resolved = typeof real === "number" ? path : real;
  return /^crun\b/.test(resolved.slice(resolved.lastIndexOf("/") + 1));
}

function onPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? defaultPath).split(":").filter((folder) => folder.startsWith("/"));
  return folders.map((folder) => `${folder}/${name}`).find((path) => fileAt(path) === "program");
}

function checkNamed(path: string): string {
  const found = fileAt(path);
  if (found === "program") return path;
  const problem = {
    wrun: "is wrun itself: name crun or runc",
    other: "cannot be executed",
    none: "does not exist: install it, or name another",
  }[found];
  throw new WrunError("precondition", `the low-level runtime ${oneLine(path, 300)} ${problem}`);
}

// wrun, or the launcher beside it, may itself be linked to one of the names that are looked for.
function fileAt(path: string): "program" | "wrun" | "other" | "none" {
  const stat = statOf(path);
  if (stat === undefined) return "none";
  if (isSameFile(stat, "/proc/self/exe") || isSameFile(stat, launcher())) return "wrun";
  const mode = Number(stat[statFields.mode]);
  return (mode & typeMask) === regular && (mode & 0o111) !== 0 ? "program" : "other";
}

function launcher(): string {
  return `${process.execPath.slice(0, process.execPath.lastIndexOf("/"))}/launch`;
}

function isSameFile(stat: BigInt64Array, path: string): boolean {
  const other = statOf(path);
  return stat[statFields.ino] === other?.[statFields.ino] && stat[statFields.dev] === other?.[statFields.dev];
}

function statOf(path: string): BigInt64Array | undefined {
  const stat = new BigInt64Array(statFields.count);
  return native.fstatat(atFdcwd, path, 0, stat) < 0 ? undefined : stat;
}
