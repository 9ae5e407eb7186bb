import { WrunError } from "../error.ts";
import { quote } from "../note.ts";

/** A blob of an image: what it is, its digest and its length (https://github.com/opencontainers/image-spec/blob/main/descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const digests = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Checks a descriptor that stands in a manifest, an index, or containerd's record of an image; `where` names its place. */
export function parseDescriptor(value: unknown, where: string): Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Record<keyof Descriptor, unknown>>;
  if (typeof mediaType !== "string") throw brokenImage(`${where} has no media type`);
  if (typeof digest !== "string" || !digests.test(digest))
    throw brokenImage(`${where} has the digest ${quote(String(digest))}, which is neither sha256 nor sha512`);
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw brokenImage(`${where} has no size`);
  return { mediaType, digest, size: Number(size) };
}

/** An error about what an image is made of. */
export function brokenImage(problem: string): WrunError {
  return new WrunError("invalid", `cannot read the image: ${problem}`);
}
