import manifest from "../../../package.json" with { type: "json" };
import { native } from "../../../native/native.ts";
import { readAll } from "../../../native/read-all.ts";
import { print } from "../../cli/print.ts";
import { systemError } from "../../host/errno.ts";
import { featuresOf } from "../../kernel/features.ts";
import { findLowLevelRuntime } from "../../kernel/low-level-runtime.ts";
import { readOptions } from "../../transport/options.ts";
import { decodeAny, encodeRuntimeInfo } from "../../transport/runtime-info.ts";

const stdin = 0;
const mostBytes = 10 * 2 ** 20;

/** `-info`: what containerd asks a runtime before it uses it. The options of the node's configuration come on standard input. */
export function printInfo(): number {
  print(runtimeInfo(native.isatty(stdin) ? new Uint8Array() : readInput()));
  return 0;
}

function readInput(): Uint8Array {
  const bytes = readAll(stdin, mostBytes);
  if (typeof bytes === "number") throw systemError(bytes, "read", "the options on standard input");
  return bytes;
}

/**
 * The answer, in bytes: our name and version, the options as they came, and the features of the low-level runtime that
 * they name, with ours. By its features containerd knows whether user namespaces and recursive read-only mounts work.
 */
export function runtimeInfo(optionsAny: Uint8Array): Uint8Array {
  const options = optionsAny.length === 0 ? undefined : decodeAny(optionsAny);
  const { binaryName } = readOptions(options ?? {}, { warning: () => {} });
  const runtime = findLowLevelRuntime(binaryName === "" ? undefined : binaryName);
  const features = featuresOf(runtime);
  return encodeRuntimeInfo({
    name: "io.containerd.wrun.v1",
    version: manifest.version,
    options,
    features: features === undefined ? undefined : JSON.stringify(features),
  });
}
