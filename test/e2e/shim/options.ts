import { containerd, runtimeoptions } from "../../../proto/gen/options.js";
import { google } from "../../../proto/gen/bootstrap.js";

/** A message with its type. */
export interface TypedOptions {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** Options as they are for runc's shim: `ctr --runc-…`, Docker and the CRI's for runc's own type. */
export function runcOptions(options: containerd.runc.v1.Options.$Properties): TypedOptions {
  const value = containerd.runc.v1.Options.encode(options).finish();
  return { type_url: "containerd.runc.v1.Options", value };
}

/** Options as the CRI gives them to a runtime type that it does not know: its table, as TOML. */
export function tomlOptions(configBody: string): TypedOptions {
  const value = runtimeoptions.v1.Options.encode({
    typeUrl: "io.containerd.wrun.v1",
    configBody: new TextEncoder().encode(configBody),
  }).finish();
  return { type_url: "runtimeoptions.v1.Options", value };
}

/** runcOptions() as bytes, for standard input. */
export function optionsAny(options: containerd.runc.v1.Options.$Properties): Uint8Array {
  return google.protobuf.Any.encode(runcOptions(options)).finish();
}
