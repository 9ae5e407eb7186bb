import { resolve } from "node:path";
import { WrunError } from "../../oci/error.ts";
import { install, type InstallOptions, completeFolder, uninstall } from "../install/install.ts";
import type { Flags } from "./argv.ts";
import type { Call } from "./call.ts";

const defaultPrefix = "/usr/local";

/** `wrun install`. */
export function installVerb({ flags, print }: Call): number {
  const folder = flags.value("--complete");
  reportingPaths(() =>
    folder === undefined ? install(optionsOf(flags, print)) : completeFolder(resolve(folder)),
  );
  return 0;
}

/** `wrun uninstall`. */
export function uninstallVerb({ flags, print }: Call): number {
  reportingPaths(() => uninstall(optionsOf(flags, print)));
  return 0;
}

function optionsOf(flags: Flags, print: Call["print"]): InstallOptions {
  const prefix = resolve(flags.value("--prefix") ?? defaultPrefix);
  return { prefix, dryRun: flags.has("--dry-run"), tell: (line) => print(`${line}\n`) };
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
