import { createHash } from "node:crypto";
import { WrunError } from "../../../oci/error.ts";
import type { Descriptor } from "../../../oci/image/descriptor.ts";
import type { ImageContent } from "../../../shim/artifact/image-content.ts";

/** A module of eight bytes: the smallest. */
export const leastModule: Uint8Array = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** An image in memory. `log` tells which blobs were read. */
export class FakeContent implements ImageContent {
  readonly log: string[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  image: Descriptor | undefined;
  /** Bytes in a part. */
  part = 5;

  target(): Promise<Descriptor | undefined> {
    return Promise.resolve(this.image);
  }

  async *blob(digest: string): AsyncGenerator<Uint8Array> {
    const bytes = this.blobs.get(digest);
    this.log.push(digest);
    if (bytes === undefined) throw new WrunError("not-found", `no blob ${digest}`);
    for (let at = 0; at < bytes.length; at += this.part) yield bytes.subarray(at, at + this.part);
  }

  /** Keeps a blob; its descriptor. */
  add(mediaType: string, bytes: Uint8Array, algorithm = "sha256"): Descriptor {
    const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
    this.blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /** Keeps a manifest or an index; its descriptor. */
  addDocument(document: unknown, mediaType = "application/vnd.oci.image.manifest.v1+json"): Descriptor {
    const text = typeof document === "string" ? document : JSON.stringify(document);
    return this.add(mediaType, new TextEncoder().encode(text));
  }

  /** Makes an artifact of one layer the image; the layer's descriptor. */
  setArtifact(module: Uint8Array = leastModule, mediaType = "application/wasm"): Descriptor {
    const layer = this.add(mediaType, module);
    this.image = this.addDocument({ layers: [layer] });
    return layer;
  }
}
