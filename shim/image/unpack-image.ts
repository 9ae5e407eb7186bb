import { createHash } from "node:crypto";
import { native } from "../../native/native.ts";
import { brokenImage, type Descriptor } from "../../oci/image/descriptor.ts";
import { isFileLayer } from "../../oci/image/media-types.ts";
import { verified } from "../artifact/verified.ts";
import { checked } from "../host/errno.ts";
import { applyLayer, type LayerTarget } from "./apply-layer.ts";
import { Budget } from "./budget.ts";
import { decompressedByHead } from "./compression.ts";
import type { ImageStore } from "./image-store.ts";
import type { Progress } from "./progress.ts";
import type { Image } from "./read-image.ts";
import { RootWriter } from "./root-writer.ts";

/** How an image is to be unpacked. */
export interface UnpackOptions {
  /** An empty directory. */
  readonly root: string;
  /** The most bytes that its files may have together. */
  readonly mostBytes: number;
  readonly warn: (text: string) => void;
  readonly progress: Progress;
}

// What the root directory has where no layer says it, and the module of an artifact.
const ours = { mode: 0o755, uid: native.geteuid(), gid: native.getgid(), modified: 0 };

/** Where the module of an artifact is put. */
export const modulePath = "app.wasm";

/** Writes the files of an image; every digest that it has is checked. */
export async function unpackImage(store: ImageStore, image: Image, options: UnpackOptions): Promise<void> {
  const budget = new Budget(options.mostBytes);
  using root = new RootWriter(options.root, () => budget.take(0));
  root.setDirectory("", ours);
  const lost = new Set<string>();
  const target = { root, budget, lost: (what: string) => void lost.add(what) };
  const layers = image.module === undefined ? image.layers : [image.module];
  options.progress.expect(layers.reduce((sum, { size }) => sum + size, 0));
  if (image.module !== undefined) await writeModule(store, image.module, { ...target, options });
  else await writeLayers(store, image, { ...target, options });
  root.finish();
  options.progress.end();
  for (const what of lost)
    options.warn(`the image's ${what} were left out: only the files themselves are written`);
}

type Target = Omit<LayerTarget, "hasLower"> & { readonly options: UnpackOptions };

async function writeLayers(store: ImageStore, image: Image, target: Target): Promise<void> {
  const { diffIds } = image.config;
  if (diffIds.length !== image.layers.length)
    throw brokenImage(`its config has ${diffIds.length} diff_ids for ${image.layers.length} layers`);
  for (const [at, layer] of image.layers.entries()) {
    if (!isFileLayer(layer.mediaType))
      throw brokenImage(`its layer ${at} is of the type ${layer.mediaType}, which is no archive of files`);
    const what = `its layer ${at} (${layer.digest})`;
    const parts = counted(verified(store, layer), target.options.progress);
    const checkedParts = withDiffId(decompressedByHead(parts, what), diffIds[at] ?? "", what);
    await applyLayer(checkedParts, what, { ...target, hasLower: at > 0 });
  }
}

async function writeModule(store: ImageStore, module: Descriptor, target: Target): Promise<void> {
  target.budget.take(module.size);
  const parts = counted(verified(store, module), target.options.progress);
  const content = { name: modulePath, size: module.size, segments: undefined, parts };
  await target.root.file({ parent: "", name: modulePath }, content, ours);
}

async function* counted(parts: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    progress.add(part.length);
    yield part;
  }
}

/** Passes the parts on, and throws at the end where they are others than the config says. */
async function* withDiffId(
  parts: AsyncIterable<Uint8Array>,
  diffId: string,
  what: string,
): AsyncGenerator<Uint8Array> {
  const [algorithm = "", expected] = diffId.split(":");
  if (algorithm !== "sha256" && algorithm !== "sha512")
    throw brokenImage(`${what} has a diff_id that is neither sha256 nor sha512`);
  const hash = createHash(algorithm);
  for await (const part of parts) {
    hash.update(part);
    yield part;
  }
  if (hash.digest("hex") !== expected) throw brokenImage(`${what} has other files than its config says`);
}

/** Makes the directory that a root will be unpacked into. */
export function makeDirectory(path: string, mode = 0o755): void {
  checked(native.mkdirat(-100, path, mode), "create", path);
}
