import type { WasmPlan } from "../../oci/plan.ts";

/** A plan for a guest that needs nothing special, with some parts changed. */
export function wasmPlan(changed: Partial<WasmPlan> = {}): WasmPlan {
  return {
    kind: "wasm",
    sandbox: "embedded",
    workload: {
      kind: "module",
      rule: "content",
      because: "/app.wasm is a wasm module",
      module: "/app.wasm",
      argv0: "/app.wasm",
    },
    grant: {
      module: "/app.wasm",
      args: ["/app.wasm"],
      env: ["A=1"],
      cwd: "/",
      preopens: [{ kind: "directory", host: "/bundle/rootfs", guest: "/", access: "read-write" }],
      hidden: [],
      readonly: [],
      listen: [],
      limits: {},
    },
    spec: { ociVersion: "1.0.2", annotations: { "example.com/a": "b" } },
    rootfs: "/bundle/rootfs",
    scratch: [],
    mountPoints: [],
    terminal: false,
    warnings: [],
    dropped: [],
    origins: [],
    ...changed,
  };
}
