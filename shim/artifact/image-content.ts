import type { Descriptor } from "../../oci/image/descriptor.ts";

/** Where the blobs of images are. */
export interface BlobSource {
  /** The bytes of a blob, in parts. */
  blob(digest: string): AsyncIterable<Uint8Array>;
}

/** An image as containerd keeps it. */
export interface ImageContent extends BlobSource {
  /** The image that a container was made from: its manifest, or an index of some; undefined where it has none. */
  target(containerId: string): Promise<Descriptor | undefined>;
}
