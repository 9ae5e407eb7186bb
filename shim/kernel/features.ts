import manifest from "../../package.json" with { type: "json" };
import type { KernelCall } from "./kernel-call.ts";
import { outputOf } from "./output-of.ts";

/** The part of `features` that we add to (https://github.com/opencontainers/runtime-spec/blob/main/features.md). */
interface Features {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly potentiallyUnsafeConfigAnnotations?: readonly string[];
}

/** What the low-level runtime can do, and what we add; undefined where it has no such verb (crun before 1.9). */
export function featuresText(call: KernelCall, runtime: string): string | undefined {
  const text = outputOf([runtime, ...call.argv]);
  if (text === undefined) return undefined;
  return `${JSON.stringify(withOurs(JSON.parse(text) as Features), undefined, 4)}\n`;
}

/** Adds our annotations: who answers, and which annotations of a container's make a difference. */
export function withOurs(features: Features): Features {
  const { annotations = {}, potentiallyUnsafeConfigAnnotations: unsafe = [] } = features;
  const ours = ["module.wasm.image/variant", "run.oci.handler", "io.kubernetes.cri.container-type"];
  return {
    ...features,
    annotations: {
      ...annotations,
      "run.oci.wrun.version": manifest.version,
      "run.oci.wrun.wasm": "wasi-preview1",
    },
    potentiallyUnsafeConfigAnnotations: [...new Set([...unsafe, ...ours])],
  };
}
