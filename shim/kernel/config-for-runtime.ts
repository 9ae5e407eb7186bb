import type { HostPath } from "../../oci/grant.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { memoryFile } from "./memory-file.ts";
import { writeShadowBundle } from "./shadow-bundle.ts";
import { takesConfigFlag } from "./low-level-runtime.ts";

/**
 * How the low-level runtime is given a config.json other than the bundle's, which stays as it is: Podman, CRI-O,
 * containerd and people read it, before and after.
 *
 * - `file`: a descriptor for `--config /proc/self/fd/N` (crun).
 * - `bundle`: a directory for `--bundle`; runc reads `config.json` in it and takes no other name. It is kept as long as `fd`
 *   is open, and then as long as the low-level runtime knows the container.
 */
export type ConfigForRuntime =
  | { readonly kind: "file"; readonly fd: number }
  | { readonly kind: "bundle"; readonly path: HostPath; readonly fd: number };

/** Which container's config.json. */
export interface ConfigTarget {
  readonly id: string;
  /** The bundle's directory, absolute. */
  readonly bundle: HostPath;
  /** The low-level runtime's path. */
  readonly runtime: HostPath;
  /** The directory where it keeps its containers: its --root. */
  readonly stateRoot: HostPath;
}

/** Writes `spec` where `runtime` will read it. The caller closes `fd` once the low-level runtime has created the container. */
export function configForRuntime(
  spec: RuntimeSpec,
  { id, bundle, runtime, stateRoot }: ConfigTarget,
): ConfigForRuntime {
  if (takesConfigFlag(runtime)) return { kind: "file", fd: memoryFile("config.json", JSON.stringify(spec)) };
  return { kind: "bundle", ...writeShadowBundle(spec, { id, bundle, state: `${stateRoot}/${id}` }) };
}
