import { brokenImage } from "../../oci/image/descriptor.ts";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import type { BlobSource } from "./image-content.ts";
import { verified } from "./verified.ts";

/** A manifest or an index, as far as we read it. */
export interface ImageDocument {
  readonly config: unknown;
  readonly layers: readonly unknown[];
  readonly manifests: readonly unknown[];
  readonly annotations: unknown;
}

/** The largest manifest that registries take. */
const mostBytes = 4 * 2 ** 20;

/** Reads a manifest or an index, which are told apart by what they have. */
export async function readDocument(content: BlobSource, descriptor: Descriptor): Promise<ImageDocument> {
  const { config, layers, manifests, annotations } = await readJson(content, descriptor, "manifest");
  return { config, layers: asList(layers), manifests: asList(manifests), annotations };
}

/** Reads a blob that is JSON, a `what` of the image. */
export async function readJson(
  content: BlobSource,
  descriptor: Descriptor,
  what: string,
): Promise<Readonly<Record<string, unknown>>> {
  const name = `its ${what} ${descriptor.digest}`;
  if (descriptor.size > mostBytes) throw brokenImage(`${name} is over 4 MiB`);
  const parts: Uint8Array[] = [];
  for await (const part of verified(content, descriptor)) parts.push(part);
  return parseJson(Buffer.concat(parts), name);
}

/** Reads a JSON object; an error names it. */
export function parseJson(bytes: Uint8Array, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  throw brokenImage(`${name} is no JSON object`);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
