import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { configure, type ConfigureOptions, engines, removeConfiguration } from "../configure/configure.ts";
import { HostRoot } from "../configure/host-root.ts";
import { writeAll } from "../host/write-all.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import type { Flags } from "./argv.ts";
import type { Call } from "./call.ts";

const defaultPrefix = "/usr/local";
const usage = `usage: wrun configure [flags] ${[...engines.keys()].join("|")}`;

/** `wrun configure ENGINE`. */
export function configureVerb({ flags, operands: [name = ""], print }: Call): number {
  const engine = engines.get(name);
  if (engine === undefined) throw new WrunError("invalid", `unknown engine ${quote(name)}; ${usage}`);
  const act = flags.has("--remove") ? removeConfiguration : configure;
  withHint(() => act(engine, optionsOf(flags, print)));
  return 0;
}

function optionsOf(flags: Flags, print: Call["print"]): ConfigureOptions {
  const root = absolutePath(flags.value("--host-root") ?? "/", process.cwd());
  const dryRun = flags.has("--dry-run");
  const prefix = flags.value("--prefix");
  return {
    host: new HostRoot(root),
    prefix: prefix === undefined ? ownPrefix(root) : absolutePath(prefix, process.cwd()),
    userConfig: root === "/" && native.geteuid() !== 0 ? userConfig() : undefined,
    setAsDefault: flags.has("--set-as-default"),
    dryRun,
    // A dry run's standard output is the file alone.
    tell: (line) => (dryRun ? void writeAll(2, `${line}\n`) : print(`${line}\n`)),
    show: print,
  };
}

// An installed wrun makes itself known; `install` names its folder by its content.
function ownPrefix(root: string): string {
  const own = /^(.*)\/lib\/wrun-[0-9a-f]{12}\/wrun$/.exec(process.execPath)?.[1];
  return root === "/" && own !== undefined && own !== "" ? own : defaultPrefix;
}

// https://specifications.freedesktop.org/basedir-spec/latest/: what is not absolute is ignored.
function userConfig(): string {
  const { XDG_CONFIG_HOME: named = "", HOME: home = "" } = process.env;
  if (named.startsWith("/")) return named;
  if (home.startsWith("/")) return `${home}/.config`;
  throw new WrunError("precondition", "HOME is not set: it is where a user's own configuration is");
}

function withHint(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof WrunError) || error.code !== "permission") throw error;
    throw new WrunError("permission", `${error.message}: run it as root`, { cause: error });
  }
}
