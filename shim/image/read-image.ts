import { parseDescriptor, type Descriptor } from "../../oci/image/descriptor.ts";
import { type ImageConfig, parseImageConfig } from "../../oci/image/image-config.ts";
import { readDocument, readJson } from "../artifact/document.ts";
import type { BlobSource } from "../artifact/image-content.ts";
import { findModuleLayer } from "../artifact/module-layer.ts";

/** An image for one platform, as its manifest has it. */
export interface Image {
  readonly manifest: Descriptor;
  readonly configDescriptor: Descriptor;
  readonly config: ImageConfig;
  readonly layers: readonly Descriptor[];
  /** The layer that is a wasm module, where the image is an artifact. */
  readonly module: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** Reads an image's manifest and config; its layers are not touched. */
export async function readImage(store: BlobSource, manifest: Descriptor): Promise<Image> {
  const { config, layers, annotations } = await readDocument(store, manifest);
  const configDescriptor = parseDescriptor(config, "its config");
  return {
    manifest,
    configDescriptor,
    config: parseImageConfig(await readJson(store, configDescriptor, "config")),
    layers: layers.map((layer, at) => parseDescriptor(layer, `layer ${at}`)),
    module: await findModuleLayer(store, manifest),
    annotations:
      typeof annotations === "object" && annotations !== null ? (annotations as Record<string, unknown>) : {},
  };
}
