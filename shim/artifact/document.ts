import { brokenImage } from "./descriptor.ts";
import type { Descriptor } from "./descriptor.ts";
import type { ImageContent } from "./image-content.ts";
import { verified } from "./verified.ts";

/** A manifest or an index, as far as we read it. */
export interface ImageDocument {
  readonly layers: readonly unknown[];
  readonly manifests: readonly unknown[];
}

/** The largest manifest that registries take. */
const mostBytes = 4 * 2 ** 20;

/** Reads a manifest or an index, which are told apart by what they have. */
export async function readDocument(content: ImageContent, descriptor: Descriptor): Promise<ImageDocument> {
  if (descriptor.size > mostBytes) throw brokenImage(`its manifest ${descriptor.digest} is over 4 MiB`);
  const parts: Uint8Array[] = [];
  for await (const part of verified(content, descriptor)) parts.push(part);
  const { layers, manifests } = parsed(Buffer.concat(parts), descriptor);
  return { layers: asList(layers), manifests: asList(manifests) };
}

function parsed(bytes: Uint8Array, { digest }: Descriptor): Partial<Record<keyof ImageDocument, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  throw brokenImage(`its manifest ${digest} is no JSON object`);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
