import { dropInText, removeDropIn, tomlString, writeDropIn } from "./drop-in.ts";
import type { Engine, Request } from "./engine.ts";

const path = "/etc/crio/crio.conf.d/50-wrun.conf";

/** CRI-O: a drop-in of crio.conf.d(5). */
export const crio: Engine = {
  configure: (request) => [writeDropIn(request.host, path, text(request))],
  remove: ({ host }) => removeDropIn(host, path),
  reload: "systemctl restart crio; containers keep running",
  use: "a RuntimeClass with handler: wrun",
};

/**
 * There is deliberately no `allowed_annotations`: CRI-O before 1.29.4 refuses a handler that names the wasm ones,
 * wrun knows wasm by its content, and `run.oci.` would let a pod name files of the host. Nor are there
 * `platform_runtime_paths`: `start`, `kill` and `delete` would go to another binary than `create` did.
 */
function text({ prefix, lowLevelRuntime, setAsDefault }: Request): string {
  return dropInText("crio", [
    ...(setAsDefault ? ["[crio.runtime]", 'default_runtime = "wrun"', ""] : []),
    "[crio.runtime.runtimes.wrun]",
    `runtime_path = ${tomlString(`${prefix}/bin/wrun`)}`,
    'runtime_type = "oci"',
    // The low-level runtime's own: it keeps the state, and its own commands find the containers.
    `runtime_root = "/run/${lowLevelRuntime}"`,
  ]);
}
