import { createHash } from "node:crypto";
import { brokenImage, type Descriptor } from "../../oci/image/descriptor.ts";
import { parseImageConfig } from "../../oci/image/image-config.ts";
import { type IndexEntry, manifestDocument } from "../../oci/image/image-documents.ts";
import { mediaTypes } from "../../oci/image/media-types.ts";
import { parseJson } from "../artifact/document.ts";
import { type Archive, tooLarge } from "./archive.ts";
import { DocumentBudget } from "./budget.ts";
import { compressionOf, decompressed } from "./compression.ts";
import type { Stretch } from "./file-bytes.ts";
import type { ImageStore } from "./image-store.ts";
import { readJsonFile } from "./layout-files.ts";

type Bytes = () => AsyncIterable<Uint8Array>;

/** A blob, where it comes from. */
interface Blob {
  readonly descriptor: Descriptor;
  readonly bytes: Bytes;
}

/**
 * What `docker save` writes (https://github.com/moby/docker-image-spec), shown as an OCI layout. Its layers have no
 * digests but those of the config, which are of the archives before compression.
 */
export async function dockerStore(archive: Archive, limit: number): Promise<ImageStore> {
  const images = Object.values(await readJsonFile(archive, "manifest.json"));
  const blobs = new Map<string, Bytes>();
  const keep = ({ descriptor, bytes }: Blob): Descriptor => {
    blobs.set(descriptor.digest, bytes);
    return descriptor;
  };
  const reading: Reading = {
    archive,
    configs: new DocumentBudget("configs"),
    lengths: new LayerLengths(limit),
    keep,
  };
  const roots: IndexEntry[] = [];
  for (const image of images) roots.push(await readImage(image, reading));
  if (roots.length === 0) throw brokenImage("its manifest.json lists no image");
  return {
    kind: "a Docker archive",
    roots,
    blob: (digest) => (blobs.get(digest) ?? none(digest))(),
    [Symbol.dispose]: () => archive[Symbol.dispose](),
  };
}

function none(digest: string): never {
  throw brokenImage(`it lacks ${digest}`);
}

interface Reading {
  readonly archive: Archive;
  readonly configs: DocumentBudget;
  readonly lengths: LayerLengths;
  readonly keep: (blob: Blob) => Descriptor;
}

/** How long layers are before compression. Several images may have one layer, which is read once. */
class LayerLengths {
  readonly #limit: number;
  readonly #known = new Map<number, number>();
  #total = 0;

  /** `limit` is for all of them together. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async of({ offset }: Stretch, parts: AsyncIterable<Uint8Array>): Promise<number> {
    const known = this.#known.get(offset);
    if (known !== undefined) return known;
    let length = 0;
    for await (const part of parts) {
      length += part.length;
      this.#total += part.length;
      if (this.#total > this.#limit) throw tooLarge(this.#limit);
    }
    this.#known.set(offset, length);
    return length;
  }
}

async function readImage(image: unknown, reading: Reading): Promise<IndexEntry> {
  const { archive, keep } = reading;
  const { Config: name, Layers: names, RepoTags: tags } = (image ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || !isNames(names)) throw brokenImage("its manifest.json is none of Docker's");
  const bytes = await wholeFile(archive, name);
  reading.configs.take(bytes.length);
  const config = keep(inMemory(mediaTypes.config, bytes));
  const { diffIds, os, architecture } = parseImageConfig(parseJson(bytes, `its config ${name}`));
  if (diffIds.length !== names.length) throw brokenImage("its config has not one digest for each layer");
  const layers: Descriptor[] = [];
  for (const [at, layer] of names.entries())
    layers.push(keep(await layerBlob(reading, layer, diffIds[at] ?? "")));
  const manifest = inMemory(
    mediaTypes.manifest,
    Buffer.from(JSON.stringify(manifestDocument(config, layers, {}))),
  );
  return {
    ...keep(manifest),
    ...(os !== undefined && architecture !== undefined && { platform: { os, architecture } }),
    ...(isNames(tags) && tags[0] !== undefined
      ? { annotations: { "org.opencontainers.image.ref.name": tags[0] } }
      : {}),
  };
}

async function wholeFile(archive: Archive, name: string): Promise<Uint8Array> {
  const stretch = archive.find(name);
  if (stretch === undefined) throw brokenImage("its archive lacks its config");
  if (stretch.size > 4 * 2 ** 20) throw brokenImage("its config is over 4 MiB");
  const parts: Uint8Array[] = [];
  for await (const part of archive.bytes(stretch)) parts.push(part);
  return Buffer.concat(parts);
}

function inMemory(mediaType: string, bytes: Uint8Array): Blob {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  return {
    descriptor: { mediaType, digest, size: bytes.length },
    bytes: async function* () {
      yield bytes;
    },
  };
}

async function layerBlob({ archive, lengths }: Reading, name: string, digest: string): Promise<Blob> {
  const stretch = archive.find(name);
  if (stretch === undefined) throw brokenImage(`its archive lacks the layer ${digest}`);
  const compression = compressionOf(await archive.head(stretch));
  const bytes = (): AsyncIterable<Uint8Array> =>
    decompressed(archive.bytes(stretch), compression, `its layer ${digest}`);
  const size = compression === "none" ? stretch.size : await lengths.of(stretch, bytes());
  return { descriptor: { mediaType: mediaTypes.layer, digest, size }, bytes };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
