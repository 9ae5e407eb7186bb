/** Media types of what an image is made of (https://github.com/opencontainers/image-spec/blob/main/media-types.md). */
export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  gzipLayer: "application/vnd.oci.image.layer.v1.tar+gzip",
  zstdLayer: "application/vnd.oci.image.layer.v1.tar+zstd",
  /** The CNCF's wasm artifact: https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/ */
  wasmConfig: "application/vnd.wasm.config.v0+json",
  wasm: "application/wasm",
} as const;

/** Media types of layers that are one wasm module or component: the CNCF's, runwasi's, Spin's, and wasmCloud's old one. */
export const moduleTypes: ReadonlySet<string> = new Set([
  mediaTypes.wasm,
  "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm",
  "application/vnd.wasm.content.layer.v1+wasm",
  "application/vnd.module.wasm.content.layer.v1+wasm",
]);

// Docker's types are those of its second schema, and OCI's came of them. What may not be distributed is a layer still.
const layerTypes =
  /^application\/vnd\.(oci\.image\.layer\.(nondistributable\.)?v1\.tar|docker\.image\.rootfs\.(foreign\.)?diff\.tar)([.+](gzip|zstd))?$/;

/** Whether a layer of that type is an archive of files. */
export function isFileLayer(mediaType: string): boolean {
  return layerTypes.test(mediaType);
}
