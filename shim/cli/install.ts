import { resolve } from "node:path";
import { WrunError } from "../../oci/error.ts";
import { install, type InstallOptions, completeFolder, uninstall } from "../install/install.ts";
import { writeAll } from "../host/write-all.ts";
import { ArgvReader, type Flag } from "./argv.ts";

const defaultPrefix = "/usr/local";

/** The flags of `wrun install` and `wrun uninstall`. */
export const installFlags: readonly Flag[] = [
  { names: ["--prefix"], value: "DIR", help: `where to (default ${defaultPrefix})` },
  { names: ["--dry-run"], help: "only tell what would be written or removed" },
];

// For builds: makes the folder of a built executable one that the kernel sandbox can mount.
const buildFlags: readonly Flag[] = [
  { names: ["--complete"], value: "DIR", help: "put the loader and the C library into DIR" },
];

/** `wrun install`. */
export function installVerb(args: readonly string[]): number {
  const reader = readFlags(args);
  const folder = reader.flags.value("--complete");
  if (folder === undefined) reportingPaths(() => install(optionsOf(reader)));
  else reportingPaths(() => completeFolder(resolve(folder)));
  return 0;
}

/** `wrun uninstall`. */
export function uninstallVerb(args: readonly string[]): number {
  const reader = readFlags(args);
  reportingPaths(() => uninstall(optionsOf(reader)));
  return 0;
}

function readFlags(args: readonly string[]): ArgvReader {
  const reader = new ArgvReader(args);
  const word = reader.word([...installFlags, ...buildFlags]);
  if (word === undefined) return reader;
  throw new WrunError(
    "invalid",
    `unexpected argument ${JSON.stringify(word.slice(0, 80))}: see 'wrun install --help'`,
  );
}

function optionsOf({ flags }: ArgvReader): InstallOptions {
  const prefix = resolve(flags.value("--prefix") ?? defaultPrefix);
  return { prefix, dryRun: flags.has("--dry-run"), tell: (line) => void writeAll(1, `${line}\n`) };
}

// What node:fs throws names the path and the call, and its code says what to do about it.
function reportingPaths(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof WrunError || !(error instanceof Error) || !("code" in error)) throw error;
    const refused = error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS";
    const hint = refused ? ": run it as root, or name another --prefix" : "";
    throw new WrunError(refused ? "permission" : "io", `${error.message}${hint}`, { cause: error });
  }
}
