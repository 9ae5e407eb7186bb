import { createHash } from "node:crypto";
import { tar, type TarEntry } from "./tar.ts";

/** Bytes with their media type, as a manifest lists them. */
export interface Blob {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** An image as its manifest has it: nothing is checked, since tests want broken ones too. */
export interface ImageSource {
  readonly name: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly config: Blob;
  readonly layers: readonly Blob[];
}

const mediaTypes = {
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  manifest: "application/vnd.oci.image.manifest.v1+json",
} as const;

/** What a root file system's image says besides its files (image-spec config.md, `config`). */
export type ImageConfig = Readonly<Record<string, unknown>>;

/** An ordinary image of one layer. */
export function fileSystemImage(name: string, files: readonly TarEntry[], config: ImageConfig): ImageSource {
  const layer = { mediaType: mediaTypes.layer, bytes: tar(files) };
  const platform = { os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" };
  const rootfs = { type: "layers", diff_ids: [digest(layer.bytes)] };
  return {
    name,
    platform,
    config: json(mediaTypes.config, { ...platform, config, rootfs }),
    layers: [layer],
  };
}

/** JSON as a blob. */
export function json(mediaType: string, value: unknown): Blob {
  return { mediaType, bytes: Buffer.from(JSON.stringify(value)) };
}

/** An OCI image layout (image-spec image-layout.md) in an archive, as `ctr image import` reads it. */
export function imageArchive(image: ImageSource): Buffer {
  const manifest = json(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(image.config),
    layers: image.layers.map(descriptor),
  });
  const named = {
    ...descriptor(manifest),
    platform: image.platform,
    annotations: { "io.containerd.image.name": image.name },
  };
  const index = { schemaVersion: 2, manifests: [named] };
  return tar([
    {
      path: "oci-layout",
      content: Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" })),
      mode: 0o644,
    },
    { path: "index.json", content: Buffer.from(JSON.stringify(index)), mode: 0o644 },
    ...[manifest, image.config, ...image.layers].map(blobEntry),
  ]);
}

function blobEntry({ bytes }: Blob): TarEntry {
  return { path: `blobs/${digest(bytes).replace(":", "/")}`, content: bytes, mode: 0o644 };
}

function descriptor({ mediaType, bytes }: Blob): object {
  return { mediaType, digest: digest(bytes), size: bytes.length };
}

/** `sha256:…` of some bytes. */
export function digest(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
