import type { Descriptor } from "./descriptor.ts";
import { mediaTypes } from "./media-types.ts";
import type { Platform } from "./platform.ts";

/** A layer that has been written: its blob, and the digest of its archive before compression. */
export interface Layer {
  readonly blob: Descriptor;
  readonly diffId: string;
}

/** What an image says besides its files. */
export interface ImageSettings {
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  readonly workingDirectory: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly created: string;
}

/** A descriptor as an index lists it. */
export interface IndexEntry extends Descriptor {
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The config of an image of files (image-spec config.md). */
export function configDocument(
  layers: readonly Layer[],
  { entrypoint, env, workingDirectory, labels, created }: ImageSettings,
  platform: Platform,
): object {
  return {
    created,
    ...platform,
    config: {
      Env: env,
      Entrypoint: entrypoint,
      WorkingDir: workingDirectory,
      ...orNothing("Labels", labels),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: "wrun image pack" })),
  };
}

/** What a wasm artifact's module is. */
export interface ArtifactModule {
  readonly digest: string;
  readonly isComponent: boolean;
  readonly created: string;
  readonly entrypoint: readonly string[];
}

/**
 * The config of a wasm artifact, as the CNCF's guidance has it. `config` is the image-spec's: containerd's CRI reads it in a config of
 * any type, and without an entrypoint makes no container whose pod names no `command`.
 */
export function artifactConfigDocument({ digest, isComponent, created, entrypoint }: ArtifactModule): object {
  const os = isComponent ? "wasip2" : "wasip1";
  const config = { Entrypoint: entrypoint };
  return { created, architecture: "wasm", os, config, layerDigests: [digest] };
}

/** The manifest of an image or an artifact. */
export function manifestDocument(
  config: Descriptor,
  layers: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
): object {
  const mediaType = mediaTypes.manifest;
  return { schemaVersion: 2, mediaType, config, layers, ...orNothing("annotations", annotations) };
}

/** An index of manifests. */
export function indexDocument(
  manifests: readonly IndexEntry[],
  annotations: Readonly<Record<string, string>> = {},
): object {
  return {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests,
    ...orNothing("annotations", annotations),
  };
}

function orNothing(name: string, values: Readonly<Record<string, string>>): object {
  return Object.keys(values).length === 0 ? {} : { [name]: values };
}
