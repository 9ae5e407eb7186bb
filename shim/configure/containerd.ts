import { WrunError } from "../../oci/error.ts";
import { withBlock, withoutBlock } from "./block.ts";
import { configPath, type ContainerdConfig, dropInPath, readContainerd } from "./containerd-config.ts";
import { dropInText, removeDropIn, tomlString, tomlStrings, writeDropIn } from "./drop-in.ts";
import type { Change, Engine, RemoveRequest, Request } from "./engine.ts";

// A pod's annotations reach the runtime only where they are named. Not `run.oci.*`: crun takes names of host files by it.
const annotations = ["module.wasm.image/*", "run.oci.handler"];

const shimName = "containerd-shim-wrun-v1";
const usual: ReadonlySet<string> = new Set(["/usr/local", "/usr"]);

/**
 * containerd's CRI plugin: a drop-in where config.toml takes it, else a marked block in config.toml. containerd 1.x
 * replaces all of the CRI section by that of an imported file (server/config.go, mergeConfig), so a drop-in there would
 * take the network and the cgroup settings away.
 */
export const containerd: Engine = {
  configure: (request) => {
    const config = readContainerd(request.host);
    const lines = [...defaultTable(request, config), ...runtimeTables(request, config)];
    if (!config.takesDropIns) return [block(config, lines), ...removeDropIn(request.host, dropInPath)];
    const text = dropInText("containerd", [`version = ${config.version}`, "", ...lines]);
    return [writeDropIn(request.host, dropInPath, text), ...removeBlock(request)];
  },
  remove: (request) => [...removeDropIn(request.host, dropInPath), ...removeBlock(request)],
  reload: "systemctl restart containerd; containers keep running",
  use: "a RuntimeClass with handler: wrun",
};

function block({ text, version, isNew }: ContainerdConfig, lines: readonly string[]): Change {
  return { path: configPath, text: withBlock(text, [...(isNew ? [`version = ${version}`] : []), ...lines]) };
}

function removeBlock({ host }: RemoveRequest): readonly Change[] {
  const there = host.read(configPath);
  if (there === undefined || withoutBlock(there) === there) return [];
  return [{ path: configPath, text: withoutBlock(there) || undefined }];
}

function defaultTable({ setAsDefault }: Request, config: ContainerdConfig): string[] {
  if (!setAsDefault) return [];
  if (!config.takesDropIns && config.hasContainerdTable) {
    throw new WrunError(
      "unsupported",
      `set default_runtime_name = "wrun" in [${config.section}] of ${configPath} yourself, and leave --set-as-default out`,
    );
  }
  return [`[${config.section}]`, '  default_runtime_name = "wrun"'];
}

function runtimeTables({ prefix }: Request, config: ContainerdConfig): string[] {
  const table = `${config.section}.runtimes.wrun`;
  return [
    // containerd 1.x forgets its built-in runc as soon as a runtime is named.
    ...(config.hasRunc
      ? []
      : [`[${config.section}.runtimes.runc]`, '  runtime_type = "io.containerd.runc.v2"']),
    `[${table}]`,
    '  runtime_type = "io.containerd.wrun.v1"',
    // containerd looks for the shim on its PATH, which has these two.
    ...(usual.has(prefix) ? [] : [`  runtime_path = ${tomlString(`${prefix}/bin/${shimName}`)}`]),
    `  pod_annotations = ${tomlStrings(annotations)}`,
    `  container_annotations = ${tomlStrings(annotations)}`,
    // One node has one cgroup driver: runc's.
    ...(config.systemdCgroup ? [`  [${table}.options]`, "    SystemdCgroup = true"] : []),
  ];
}
