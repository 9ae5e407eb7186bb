import { brokenImage } from "../../oci/image/descriptor.ts";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import type { BlobSource } from "./image-content.ts";

/** A blob's bytes in parts. It throws where they are more than the descriptor says, and at the end where they are others. */
export async function* verified(
  content: BlobSource,
  { digest, size }: Descriptor,
): AsyncGenerator<Uint8Array> {
  const { createHash } = await import("node:crypto");
  const [algorithm = "", expected] = digest.split(":");
  const hash = createHash(algorithm);
  let length = 0;
  for await (const part of content.blob(digest)) {
    length += part.length;
    if (length > size) throw brokenImage(`${digest} is longer than the ${size} bytes that were said`);
    hash.update(part);
    yield part;
  }
  if (length < size) throw brokenImage(`${digest} has ${length} bytes, not the ${size} that were said`);
  if (hash.digest("hex") !== expected) throw brokenImage(`${digest} is the digest of other bytes`);
}
