import type { Containerd } from "./grpc/containerd.ts";

export type { Containerd } from "./grpc/containerd.ts";

/** The containerd that listens at `path`. The gRPC library is loaded by this call. */
export async function connectContainerd(path: string, namespace: string): Promise<Containerd> {
  const { openContainerd } = await import("./grpc/containerd.ts");
  return openContainerd(path, namespace);
}
