import { WrunError } from "../../oci/error.ts";
import { configPath, parseKernelConfig } from "../kernel/config-file.ts";
import { containerd } from "./containerd.ts";
import { crio } from "./crio.ts";
import { docker } from "./docker.ts";
import type { Change, Engine } from "./engine.ts";
import type { HostRoot } from "./host-root.ts";
import { monitor } from "./monitor.ts";
import { podman } from "./podman.ts";

/** The engines that wrun can be made known to, and the monitor, which is made a service. */
export const engines: ReadonlyMap<string, Engine> = new Map(
  Object.entries({ podman, crio, docker, containerd, monitor }),
);

/** For which host, and who is told of it. */
export interface ConfigureOptions {
  readonly host: HostRoot;
  /** Where wrun is installed there. */
  readonly prefix: string;
  readonly userConfig: string | undefined;
  readonly setAsDefault: boolean;
  readonly dryRun: boolean;
  /** Takes one line about what is done. */
  readonly tell: (line: string) => void;
  /** Takes the text of a file that a dry run does not write. */
  readonly show: (text: string) => void;
}

/** Makes wrun known to an engine. The same call again changes nothing. */
export function configure(engine: Engine, options: ConfigureOptions): void {
  const { host, prefix } = options;
  checkInstalled(host, prefix);
  const lowLevelRuntime = engine.standsAlone === true ? "crun" : lowLevelRuntimeOf(host);
  carryOut(engine.configure({ ...options, lowLevelRuntime }), options);
  options.tell(`reload: ${engine.reload}`);
  options.tell(`use:    ${engine.use}`);
}

/** Takes away what `configure` has written, and nothing else. */
export function removeConfiguration(engine: Engine, options: ConfigureOptions): void {
  const changes = engine.remove(options);
  carryOut(changes, options);
  options.tell(changes.length === 0 ? "nothing of wrun's is there" : `reload: ${engine.reload}`);
}

function carryOut(changes: readonly Change[], { host, dryRun, tell, show }: ConfigureOptions): void {
  for (const { path, text } of changes) {
    const there = host.read(path);
    const action = there === text ? "keep  " : text === undefined ? "remove" : "write ";
    if (dryRun) {
      if (text !== undefined) show(text);
    } else if (there !== text) {
      if (text === undefined) host.remove(path);
      else host.write(path, text);
    }
    tell(`${action} ${path}${there === text ? ": it is so already" : ""}`);
  }
}

function checkInstalled(host: HostRoot, prefix: string): void {
  if (host.exists(`${prefix}/bin/wrun`) && host.exists(`${prefix}/lib/wrun/ld.so`)) return;
  throw new WrunError(
    "precondition",
    `wrun is not installed in ${prefix}: run 'wrun install' first, or name its --prefix`,
  );
}

const folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

// What wrun will find when an engine calls it: without the caller's own PATH and variables.
function lowLevelRuntimeOf(host: HostRoot): "crun" | "runc" {
  const configured = parseKernelConfig(host.read(configPath) ?? "").runtime;
  if (configured !== undefined) return /crun[^/]*$/.test(configured) ? "crun" : "runc";
  const found = (["crun", "runc"] as const).find((name) =>
    folders.some((folder) => host.exists(`${folder}/${name}`)),
  );
  if (found !== undefined) return found;
  throw new WrunError(
    "precondition",
    "no low-level runtime: wrun needs crun or runc installed under an engine",
  );
}
