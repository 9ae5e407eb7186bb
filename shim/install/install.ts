import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { isInUse } from "./in-use.ts";
import { contentName, type InstalledFile, runtimeLayout, wholeLayout, writeInstalled } from "./layout.ts";
import { checkLink, isVersion, type Link, linksOf, makeLink, readLink, removeLink } from "./links.ts";
import { verifyInstallation } from "./verify.ts";

/** Where to, whether for real, and who is told of each file. */
export interface InstallOptions {
  readonly prefix: string;
  readonly dryRun: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Installs the running executable beneath `prefix`. Each version has a folder of its own and `lib/wrun` points
 * to the one in use, so that nobody ever meets half of one, and running containers keep theirs.
 */
export function install(options: InstallOptions): void {
  const files = wholeLayout();
  const version = contentName(files);
  const links = linksOf(options.prefix, version);
  for (const link of links) checkLink(link);
  if (!options.dryRun) {
    mkdirSync(`${options.prefix}/lib`, { recursive: true });
    mkdirSync(`${options.prefix}/bin`, { recursive: true });
    putVersion(files, `${options.prefix}/lib`, version);
    for (const link of links) makeLink(link);
  }
  for (const line of planned(files, links, `${options.prefix}/lib/${version}`)) options.tell(line);
  sweep(options, version);
}

/** Takes an installation away; what running containers still use stays, and is named. */
export function uninstall(options: InstallOptions): void {
  for (const link of linksOf(options.prefix, "wrun-000000000000")) {
    const there = options.dryRun ? readLink(link.path) !== undefined : removeLink(link);
    if (there) options.tell(`remove ${link.path}`);
  }
  sweep(options, undefined);
}

/** Puts the loader and the C library into `folder`, which holds a built executable: it then runs uninstalled. */
export function completeFolder(folder: string): void {
  const stage = mkdtempSync(`${folder}/.runtime-`);
  try {
    for (const file of runtimeLayout()) {
      writeInstalled(file, stage);
      renameSync(`${stage}/${file.name}`, `${folder}/${file.name}`);
    }
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  verifyInstallation(folder);
}

function planned(files: readonly InstalledFile[], links: readonly Link[], folder: string): string[] {
  return [
    ...files.map(
      ({ name, from }) => `write ${folder}/${name}${"path" in from ? ` (from ${from.path})` : ""}`,
    ),
    ...links.map(({ path, target }) => `link  ${path} -> ${target}`),
  ];
}

function putVersion(files: readonly InstalledFile[], lib: string, version: string): void {
  const folder = `${lib}/${version}`;
  if (existsSync(folder)) return verifyInstallation(folder);
  const stage = mkdtempSync(`${lib}/.wrun-`);
  try {
    for (const file of files) writeInstalled(file, stage);
    chmodSync(stage, 0o755);
    verifyInstallation(stage);
    renameSync(stage, folder);
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    throw error;
  }
}

function sweep({ prefix, dryRun, tell }: InstallOptions, inUse: string | undefined): void {
  const lib = `${prefix}/lib`;
  if (!existsSync(lib)) return;
  for (const name of readdirSync(lib).filter((name) => isVersion(name) && name !== inUse)) {
    const folder = `${lib}/${name}`;
    if (isInUse(folder)) {
      tell(
        `keep  ${folder}: containers run from it; 'wrun uninstall' or the next install removes it after them`,
      );
      continue;
    }
    tell(`remove ${folder}`);
    if (!dryRun) rmSync(folder, { recursive: true, force: true });
  }
}
