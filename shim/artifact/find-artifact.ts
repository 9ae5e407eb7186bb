import { kindOf } from "../../engine/module/kind.ts";
import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Artifact } from "../../oci/plan.ts";
import { checked } from "../host/errno.ts";
import { openRegularFile } from "../host/regular-file.ts";
import type { ImageContent } from "./image-content.ts";
import type { ModuleCache } from "./module-cache.ts";
import { findModuleLayer } from "./module-layer.ts";
import { verified } from "./verified.ts";

/** The wasm artifact that a container was made from, as a file; undefined where its image is none. */
export async function findArtifact(
  containerId: string,
  content: ImageContent,
  cache: ModuleCache,
): Promise<Artifact | undefined> {
  const target = await content.target(containerId);
  const layer = target === undefined ? undefined : await findModuleLayer(content, target);
  if (layer === undefined) return undefined;
  const file = await cache.file(layer, verified(content, layer));
  return { file, kind: wasmKind(file) };
}

function wasmKind(file: HostPath): Artifact["kind"] {
  const head = new Uint8Array(8);
  const fd = openRegularFile(file, { ours: true });
  if (fd === undefined) throw new WrunError("not-found", `${file} is not there any more`);
  const length = native.read(fd, head.buffer, 0, head.length);
  native.close(fd);
  const kind = kindOf(head.subarray(0, checked(length, "read", file)));
  if (kind === "module" || kind === "component") return kind;
  throw new WrunError("invalid", `the image's wasm layer is no wasm: it looks like ${kind}`);
}
