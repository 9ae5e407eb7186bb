import { createHash } from "node:crypto";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import {
  artifactConfigDocument,
  configDocument,
  type ImageSettings,
  indexDocument,
  type IndexEntry,
  type Layer,
  manifestDocument,
} from "../../oci/image/image-documents.ts";
import { mediaTypes } from "../../oci/image/media-types.ts";
import type { Platform } from "../../oci/image/platform.ts";
import type { Reference } from "../../oci/image/reference.ts";
import { type Compression, compressed } from "./compression.ts";
import { type OpenFile, stretchBytes } from "./file-bytes.ts";
import type { Progress } from "./progress.ts";
import type { Stage } from "./stage.ts";
import { type LayerFile, layerParts } from "./write-layer.ts";

/** What an image is packed of. */
export interface PackInput {
  /** Layers, bottom first. */
  readonly layers: readonly Iterable<LayerFile>[];
  readonly settings: ImageSettings;
  readonly platforms: readonly Platform[];
  readonly compression: Compression;
  readonly keepOwners: boolean;
  readonly progress: Progress;
}

/** What a wasm artifact is packed of. */
export interface ArtifactInput {
  readonly module: OpenFile;
  readonly size: number;
  readonly isComponent: boolean;
  readonly settings: ImageSettings;
}

/** An image, staged: what index.json will list, and its parts for Docker's manifest.json. */
export interface PackedImage {
  readonly root: IndexEntry;
  /** What Docker's older format can say of it: one platform, the first one for Linux. An artifact is nothing for it. */
  readonly docker: { readonly config: Descriptor; readonly layers: readonly Descriptor[] } | undefined;
}

const layerTypes = {
  none: mediaTypes.layer,
  gzip: mediaTypes.gzipLayer,
  zstd: mediaTypes.zstdLayer,
} as const;

/** Makes an image's blobs. Several platforms share the layers, and an index leads to each one's manifest. */
export async function packImage(stage: Stage, input: PackInput): Promise<PackedImage> {
  const { settings, platforms } = input;
  const layers: Layer[] = [];
  for (const files of input.layers) layers.push(await packLayer(stage, files, input));
  const blobs = layers.map(({ blob }) => blob);
  const entries = platforms.map((platform) => {
    const config = stage.document(mediaTypes.config, configDocument(layers, settings, platform));
    const document = manifestDocument(config, blobs, settings.annotations);
    return { config, entry: { ...stage.document(mediaTypes.manifest, document), platform } };
  });
  const [first] = entries;
  if (first === undefined) throw new TypeError("an image is for one platform at least");
  // Docker 20.10 loads the image that manifest.json names, and refuses it where it is not for Linux.
  const { config } = entries.find(({ entry }) => entry.platform.os === "linux") ?? first;
  const docker = { config, layers: blobs };
  if (entries.length === 1) return { root: first.entry, docker };
  const index = indexDocument(
    entries.map(({ entry }) => entry),
    settings.annotations,
  );
  return { root: stage.document(mediaTypes.index, index), docker };
}

/** Makes the blobs of a wasm artifact: the module itself is the layer. */
export async function packArtifact(
  stage: Stage,
  { module, size, isComponent, settings }: ArtifactInput,
): Promise<PackedImage> {
  const layer = await stage.stream(mediaTypes.wasm, stretchBytes(module, { offset: 0, size }));
  const { created, entrypoint } = settings;
  const document = artifactConfigDocument({ digest: layer.digest, isComponent, created, entrypoint });
  const config = stage.document(mediaTypes.wasmConfig, document);
  const manifest = manifestDocument(config, [layer], settings.annotations);
  return { root: stage.document(mediaTypes.manifest, manifest), docker: undefined };
}

async function packLayer(
  stage: Stage,
  files: Iterable<LayerFile>,
  { settings, compression, keepOwners, progress }: PackInput,
): Promise<Layer> {
  const hash = createHash("sha256");
  const modified = new Date(settings.created);
  const parts = layerParts(files, { modified, keepOwners, read: (bytes) => progress.add(bytes) });
  const blob = await stage.stream(layerTypes[compression], compressed(hashed(parts, hash), compression));
  return { blob, diffId: `sha256:${hash.digest("hex")}` };
}

async function* hashed(
  parts: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    hash.update(part);
    yield part;
  }
}

/** The annotations by which engines find an image's name in an archive. */
export function nameAnnotations(reference: Reference | undefined): Readonly<Record<string, string>> {
  if (reference === undefined) return {};
  return {
    "io.containerd.image.name": reference.full,
    "org.opencontainers.image.ref.name": reference.short,
  };
}
