import manifest from "../../package.json" with { type: "json" };
import { WrunError } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";
import type { KernelCall } from "./kernel-call.ts";
import { outputOf } from "./output-of.ts";

/** The part of `features` that we add to (https://github.com/opencontainers/runtime-spec/blob/main/features.md). */
export interface Features {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly potentiallyUnsafeConfigAnnotations?: readonly string[];
}

/** What `features` prints: the low-level runtime's, and ours. */
export function featuresText(call: KernelCall, runtime: string): string | undefined {
  const features = featuresOf(runtime, call.argv);
  return features === undefined ? undefined : `${JSON.stringify(features, undefined, 4)}\n`;
}

/** What the low-level runtime can do, and what we add; undefined where it has no such verb (crun before 1.9). */
export function featuresOf(runtime: string, argv: readonly string[] = ["features"]): Features | undefined {
  const text = outputOf([runtime, ...argv]);
  return text === undefined ? undefined : withOurs(parsed(text, runtime));
}

function parsed(text: string, runtime: string): Features {
  try {
    const features: unknown = JSON.parse(text);
    if (typeof features === "object" && features !== null) return features;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new WrunError("io", `the features that ${oneLine(runtime, 300)} prints are no JSON object`);
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
