import { containerd, google } from "../../../proto/gen/containerd.js";
import { type Remote, decoded, remote } from "../rpc.ts";
import type { Caller, CallOptions } from "../service.ts";
import { GrpcClient } from "./client.ts";

const { containers, content, images, version } = containerd.services;

const containersRpcs = {
  get: { request: containers.v1.GetContainerRequest, response: containers.v1.GetContainerResponse },
} as const;
const imagesRpcs = {
  get: { request: images.v1.GetImageRequest, response: images.v1.GetImageResponse },
} as const;
const contentRpcs = {
  info: { request: content.v1.InfoRequest, response: content.v1.InfoResponse },
} as const;

const versionRpcs = {
  version: { request: google.protobuf.Empty, response: version.v1.VersionResponse },
} as const;

/** containerd's own records and blobs, in one of its namespaces. */
export interface Containerd {
  readonly containers: Remote<typeof containersRpcs>;
  readonly images: Remote<typeof imagesRpcs>;
  readonly content: Remote<typeof contentRpcs>;
  readonly version: Remote<typeof versionRpcs>;
  /** A blob, in the parts that containerd sends. */
  readBlob(digest: string): AsyncGenerator<Uint8Array>;
  close(): void;
}

/** How long containerd may take for a record. */
const patienceMs = 10_000;
/** How long it may take for all of a blob. */
const blobPatienceMs = 120_000;

/** The containerd that listens at `path`. */
export function openContainerd(path: string, namespace: string): Containerd {
  const client = new GrpcClient(path);
  const metadata = new Map([["containerd-namespace", [namespace]]]);
  const caller: Caller = {
    call: (target, options: CallOptions = {}) =>
      client.call(target, { timeoutMs: patienceMs, ...options, metadata }),
  };
  return {
    containers: remote("containerd.services.containers.v1.Containers", containersRpcs, caller),
    images: remote("containerd.services.images.v1.Images", imagesRpcs, caller),
    content: remote("containerd.services.content.v1.Content", contentRpcs, caller),
    version: remote("containerd.services.version.v1.Version", versionRpcs, caller),
    readBlob: (digest) => readBlob(client, digest, metadata),
    close: () => client.close(),
  };
}

async function* readBlob(
  client: GrpcClient,
  digest: string,
  metadata: CallOptions["metadata"] & {},
): AsyncGenerator<Uint8Array> {
  const payload = content.v1.ReadContentRequest.encode({ digest }).finish();
  const target = { service: "containerd.services.content.v1.Content", method: "Read", payload };
  for await (const bytes of client.stream(target, { timeoutMs: blobPatienceMs, metadata }))
    yield decoded(content.v1.ReadContentResponse, bytes).data;
}
