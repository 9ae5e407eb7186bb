import { mostModuleBytes } from "../../engine/module/kind.ts";
import { WrunError } from "../../oci/error.ts";
import { brokenImage, parseDescriptor } from "../../oci/image/descriptor.ts";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import { moduleTypes } from "../../oci/image/media-types.ts";
import { readDocument } from "./document.ts";
import type { BlobSource } from "./image-content.ts";
import { wasmEntry } from "../../oci/image/platform.ts";

// An index may lead to an index; nobody nests them deeper.
const deepest = 4;

/** The layer of an image that is its wasm module; undefined where it has none, as any usual image. */
export async function findModuleLayer(
  content: BlobSource,
  target: Descriptor,
): Promise<Descriptor | undefined> {
  let descriptor = target;
  for (let depth = 0; depth < deepest; depth++) {
    const { layers, manifests } = await readDocument(content, descriptor);
    if (manifests.length === 0) return moduleAmong(layers);
    const entry = wasmEntry(manifests);
    if (entry === undefined) return undefined;
    descriptor = parseDescriptor(entry, "an entry of its index");
  }
  throw brokenImage("its indexes are nested too deeply");
}

function moduleAmong(layers: readonly unknown[]): Descriptor | undefined {
  const modules = layers
    .map((layer, index) => parseDescriptor(layer, `layer ${index}`))
    .filter(({ mediaType }) => moduleTypes.has(mediaType));
  if (modules.length > 1)
    throw new WrunError(
      "unsupported",
      `the image has ${modules.length} wasm modules: build one that has a single module, as nothing says how to link them`,
    );
  const [module] = modules;
  if (module !== undefined && module.size > mostModuleBytes)
    throw brokenImage("its wasm module is over 1 GiB");
  return module;
}
