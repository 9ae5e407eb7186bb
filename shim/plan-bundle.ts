import { native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import type { HostPath } from "../oci/grant.ts";
import type { SandboxKind } from "../oci/grant-input.ts";
import { absoluteFrom } from "../oci/guest-path.ts";
import { listenFds } from "../oci/listen-fds.ts";
import { parseRuntimeSpec } from "../oci/parse-runtime-spec.ts";
import { planContainer } from "../oci/plan.ts";
import type { Artifact, Plan } from "../oci/plan.ts";
import { rootfsOf } from "../oci/rootfs.ts";
import { linuxFiles } from "./host/files.ts";
import { eventsAddress } from "./events/setting.ts";
import { HostProbe } from "./host/probe.ts";
import { oneLine } from "./one-line.ts";
import { absolutePath } from "./sandbox/state-root.ts";

/** Which bundle, and for which sandbox. */
export interface BundleOptions {
  readonly bundle: string;
  readonly sandbox: SandboxKind;
  /** The name of config.json, where it is another: configPath(). */
  readonly config?: string;
  /** Where directories that stand in for tmpfs mounts will be made: one folder for this container alone. */
  readonly scratch: string;
  /** The module of an image that is a wasm artifact. */
  readonly artifact?: Artifact;
  /** How many listening sockets our caller passes on to the container; as LISTEN_FDS says where it is left out. */
  readonly listenFds?: number;
  /** The descriptor on which the engine will report, as its process inherits it. */
  readonly statusFd?: number;
}

/** Reads a bundle's config.json, looks at the files that it names, and decides what to do with it. */
export function planBundle(options: BundleOptions): Plan {
  const bundle = absolutePath(options.bundle, process.cwd());
  const spec = parseRuntimeSpec(readConfig(bundle, options.config ?? "config.json"));
  using probe = new HostProbe({ bundle, rootfs: rootfsOf({ spec, bundle }), mounts: spec.mounts ?? [] });
  return planContainer({
    spec,
    probe,
    bundle,
    sandbox: options.sandbox,
    scratch: options.scratch,
    installed: process.execPath.slice(0, process.execPath.lastIndexOf("/")),
    uid: native.geteuid(),
    gid: native.getgid(),
    describe: eventsAddress() !== undefined,
    listenFds: options.listenFds ?? listenFds(native.environ(), native.getpid()),
    ...(options.artifact === undefined ? {} : { artifact: options.artifact }),
    ...(options.statusFd === undefined ? {} : { statusFd: options.statusFd }),
  });
}

/**
 * The file that `--config NAME` means, absolute. As in crun, a name other than config.json is looked for in the working
 * directory; where it is not there, in the bundle.
 */
export function configPath(bundle: HostPath, name: string = "config.json"): HostPath {
  const here = absolutePath(name, process.cwd());
  return name !== "config.json" && linuxFiles.exists(here) ? here : absoluteFrom(bundle, name);
}

function readConfig(bundle: HostPath, name: string): string {
  const path = configPath(bundle, name);
  const text = textOf(path, bundle);
  if (text !== undefined) return text;
  const what = linuxFiles.exists(bundle) ? path : bundle;
  throw new WrunError(
    "not-found",
    `cannot read the bundle: ${oneLine(what, 300)}: no such file or directory`,
  );
}

function textOf(path: HostPath, bundle: HostPath): string | undefined {
  try {
    // As crun and runc do: a link there is no way to anything that they would not read.
    return linuxFiles.readText(path, { followLink: true });
  } catch (error) {
    if (!(error instanceof WrunError) || !linuxFiles.exists(bundle) || linuxFiles.exists(`${bundle}/.`))
      throw error;
    throw new WrunError("invalid", `cannot read the bundle: ${oneLine(bundle, 300)}: not a directory`, {
      cause: error,
    });
  }
}
