import type { HostPath } from "../../../oci/grant.ts";
import type { RuntimeSpec } from "../../../oci/runtime-spec.ts";
import type { Protocol } from "../../transport/server.ts";

/** Where shims listen, unless containerd names another folder (containerd: pkg/shim/util_unix.go). */
export const socketFolder: HostPath = "/run/containerd/s";

const groupLabels = ["io.containerd.runc.v2.group", "io.kubernetes.cri.sandbox-id"] as const;

/** What the containers of one shim have in common: the pod's id, else the container's own. */
export function groupOf({ annotations = {} }: Pick<RuntimeSpec, "annotations">, id: string): string {
  return groupLabels.map((label) => annotations[label]).find((group) => group !== undefined) ?? id;
}

/** The socket of a group's shim, which everybody finds by the same three names. Its name is short: unix(7) allows 107 bytes. */
export async function socketPath(
  {
    address,
    namespace,
    group,
  }: { readonly address: string; readonly namespace: string; readonly group: string },
  folder: HostPath,
): Promise<HostPath> {
  const name = new TextEncoder().encode([address, namespace, group].join("/"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", name));
  return `${folder}/${hash.toHex()}`;
}

/** A shim's address. containerd puts the scheme before one for gRPC itself. */
export function addressOf(socket: HostPath, protocol: Protocol): string {
  return protocol === "grpc" ? socket : `unix://${socket}`;
}

/**
 * What `start` prints to a containerd before 2.3, and what the bundle's `address` says to one that is started again. Every
 * containerd takes a bare address for ttrpc and version 2 of the Task service.
 */
export function addressText(socket: HostPath, protocol: Protocol): string {
  const address = addressOf(socket, protocol);
  return protocol === "ttrpc" ? address : JSON.stringify({ version: 2, address, protocol });
}

/** The socket in such a text; undefined where there is none. */
export function socketIn(text: string): HostPath | undefined {
  return /(?:^unix:\/\/|"address":")(\/[^\0"]+)/.exec(text.trim())?.[1];
}
