import { type Protocol, protocolNamed } from "../../transport/server.ts";

/**
 * ttrpc, which every containerd has, unless WRUN_SHIM_PROTOCOL in containerd's environment says grpc and this is a
 * containerd 1.7. Before it there was no other. Since 2.0 (read in the sources up to 2.3.7, seen on 2.2.9) containerd takes a gRPC connection that it has
 * not used yet for one that is lost, and cleans the container up (core/runtime/v2/shim.go, grpcDialContext).
 */
export async function protocolFor(containerd: {
  readonly address: string;
  readonly namespace: string;
}): Promise<Protocol> {
  const asked = protocolNamed(process.env["WRUN_SHIM_PROTOCOL"] ?? "ttrpc");
  if (asked === "ttrpc") return asked;
  return (await versionOf(containerd)).startsWith("1.7.") ? "grpc" : "ttrpc";
}

// Nothing that containerd gives to `start` tells 1.7 from 2.x.
async function versionOf({ address, namespace }: Parameters<typeof protocolFor>[0]): Promise<string> {
  const { connectContainerd } = await import("../../transport/containerd.ts");
  const containerd = await connectContainerd(address.replace(/^unix:\/\//, ""), namespace);
  const { version } = await containerd.version.version({});
  containerd.close();
  return version.replace(/^v/, "");
}
