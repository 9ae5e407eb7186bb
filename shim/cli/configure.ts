import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { configure, type ConfigureOptions, engines, removeConfiguration } from "../configure/configure.ts";
import { HostRoot } from "../configure/host-root.ts";
import { writeAll } from "../host/write-all.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { ArgvReader, type Flag, type Flags } from "./argv.ts";

const defaultPrefix = "/usr/local";
const usage = `usage: wrun configure [flags] ${[...engines.keys()].join("|")}`;

/** `wrun configure ENGINE`, given the flags that it takes. */
export function configureVerb(args: readonly string[], known: readonly Flag[]): number {
  const reader = new ArgvReader(args);
  const name = reader.word(known);
  if (name === undefined || reader.word(known) !== undefined) throw new WrunError("invalid", usage);
  const engine = engines.get(name);
  if (engine === undefined) throw new WrunError("invalid", `unknown engine ${quote(name)}; ${usage}`);
  const act = reader.flags.has("--remove") ? removeConfiguration : configure;
  withHint(() => act(engine, optionsOf(reader.flags)));
  return 0;
}

function optionsOf(flags: Flags): ConfigureOptions {
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
    tell: (line) => void writeAll(dryRun ? 2 : 1, `${line}\n`),
    show: (text) => void writeAll(1, text),
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
