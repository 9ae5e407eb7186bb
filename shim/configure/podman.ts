import { dropInText, removeDropIn, tomlString, tomlStrings, writeDropIn } from "./drop-in.ts";
import type { Engine, RemoveRequest, Request } from "./engine.ts";

/** Image platforms that Podman hands to wrun. The first three are those it gives to `crun-wasm` by itself. */
const platforms = ["wasi/wasm", "wasi/wasm32", "wasi/wasm64", "wasip1/wasm", "wasip2/wasm"];

// containers.conf(5): a list takes the place of the built-in one, so it names the built-in ones of Podman 4 and 5 too.
// (`append=true` is Podman 4.8's; older ones refuse the file.) Tables are merged by key.
const supportJson = ["crun", "runc", "kata", "runsc", "youki", "krun", "ocijail"];
const supportNoCgroup = ["crun", "krun"];
const ourNames = ["wrun", "crun-wasm"];

/** Podman, and Buildah with it: a drop-in of containers.conf(5). */
export const podman: Engine = {
  configure: (request) => [writeDropIn(request.host, path(request), text(request))],
  remove: (request) => removeDropIn(request.host, path(request)),
  reload: "podman reads it by itself; its API service, where one runs: systemctl restart podman.service",
  use: "podman --runtime wrun run IMAGE, or podman run --platform wasi/wasm IMAGE",
};

function path({ userConfig }: RemoveRequest): string {
  return `${userConfig ?? "/etc"}/containers/containers.conf.d/50-wrun.conf`;
}

function text({ prefix, lowLevelRuntime, setAsDefault }: Request): string {
  return dropInText("podman", [
    "[engine]",
    ...(setAsDefault ? ['runtime = "wrun"'] : []),
    `runtime_supports_json = ${tomlStrings([...supportJson, ...ourNames])}`,
    // `--cgroups=disabled` reaches the runtime as `--cgroup-manager disabled`, which runc does not know.
    ...(lowLevelRuntime === "crun"
      ? [`runtime_supports_nocgroup = ${tomlStrings([...supportNoCgroup, ...ourNames])}`]
      : []),
    "",
    "[engine.runtimes]",
    ...ourNames.map((name) => `${name} = ${tomlStrings([`${prefix}/bin/${name}`])}`),
    "",
    "[engine.platform_to_oci_runtime]",
    ...platforms.map((platform) => `${tomlString(platform)} = "wrun"`),
  ]);
}
