import protobuf from "protobufjs";
import type { TypedMessage } from "../../../shim/cgroup/metrics.ts";
import type { V1Metrics } from "../../../shim/cgroup/v1-metrics.ts";

/** Reads a message of cgroup v1 by its .proto file, as nothing of the program does. */
export function decodedMetrics({ type_url, value }: TypedMessage): V1Metrics {
  if (type_url !== "io.containerd.cgroups.v1.Metrics") throw new Error(`type_url is ${type_url}`);
  const file = new URL("../../../proto/io/containerd/cgroups/v1/metrics.proto", import.meta.url).pathname;
  const type = new protobuf.Root().loadSync(file).lookupType(type_url);
  return type.toObject(type.decode(value), { longs: Number, defaults: true });
}
