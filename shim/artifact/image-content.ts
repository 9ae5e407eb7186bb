import type { Descriptor } from "./descriptor.ts";

/** An image as containerd keeps it. */
export interface ImageContent {
  /** The image that a container was made from: its manifest, or an index of some; undefined where it has none. */
  target(containerId: string): Promise<Descriptor | undefined>;
  /** The bytes of a blob, in parts. */
  blob(digest: string): AsyncIterable<Uint8Array>;
}
