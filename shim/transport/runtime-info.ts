import { containerd, google } from "../../proto/gen/bootstrap.js";
import type { AnyMessage } from "./options.ts";
import { decoded } from "./rpc.ts";

/** What a shim tells of itself. */
export interface RuntimeInfo {
  readonly name: string;
  readonly version: string;
  /** The options that it was asked with. */
  readonly options: AnyMessage | undefined;
  /** The runtime specification's features, as JSON; undefined where they are not known. */
  readonly features: string | undefined;
}

const featuresUrl = "types.containerd.io/opencontainers/runtime-spec/1/features/Features";

/** A message of any type, on its own. */
export function decodeAny(bytes: Uint8Array): AnyMessage {
  return decoded(google.protobuf.Any, bytes);
}

/** The same, where bytes may be anything: none, or one. */
export function anyIn(bytes: Uint8Array): readonly AnyMessage[] {
  try {
    return [google.protobuf.Any.decode(bytes)];
  } catch {
    return [];
  }
}

/** The answer to `-info`. */
export function encodeRuntimeInfo({ name, version, options, features }: RuntimeInfo): Uint8Array {
  const value = features === undefined ? undefined : new TextEncoder().encode(features);
  return containerd.types.RuntimeInfo.encode({
    name,
    version: { version },
    options:
      options === undefined
        ? null
        : { type_url: options.type_url ?? "", value: options.value ?? new Uint8Array() },
    features: value === undefined ? null : { type_url: featuresUrl, value },
  }).finish();
}
