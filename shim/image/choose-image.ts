import { WrunError } from "../../oci/error.ts";
import { brokenImage, type Descriptor, parseDescriptor } from "../../oci/image/descriptor.ts";
import type { IndexEntry } from "../../oci/image/image-documents.ts";
import { type Platform, platformEntry, platformText, wasmEntry } from "../../oci/image/platform.ts";
import { list, quote } from "../../oci/note.ts";
import { readDocument } from "../artifact/document.ts";
import { DocumentBudget } from "./budget.ts";
import type { ImageStore } from "./image-store.ts";

/** One image of a store, for one platform. */
export interface ListedImage {
  /** The manifest. */
  readonly descriptor: Descriptor;
  readonly name: string | undefined;
  readonly platform: Platform | undefined;
}

/** Which image is wanted; what is not named is chosen. */
export interface Wanted {
  readonly name?: string;
  readonly platform?: Platform;
}

const deepest = 4;
// BuildKit keeps what it says about a build as a manifest for this platform.
const noPlatform = "unknown/unknown";

/** Every image of a store, those in indexes too. */
export async function listImages(store: ImageStore): Promise<readonly ListedImage[]> {
  const images: ListedImage[] = [];
  const budget = new DocumentBudget("manifests");
  for (const root of store.roots)
    await addImages(store, root, { images, budget, name: nameOf(root), depth: 0 });
  return images;
}

/** The image that is wanted: with no platform named the one for wasm, else the one for this machine, else the only one. */
export async function chooseImage(store: ImageStore, wanted: Wanted): Promise<ListedImage> {
  const images = (await listImages(store)).filter(
    ({ name }) => wanted.name === undefined || name === wanted.name,
  );
  if (images.length === 0)
    throw new WrunError("not-found", `there is no image ${quote(wanted.name ?? "")} in it`);
  const found =
    wanted.platform === undefined
      ? ((wasmEntry(images) ?? platformEntry(images, ownPlatform()) ?? only(images)) as
          | ListedImage
          | undefined)
      : (platformEntry(images, wanted.platform) as ListedImage | undefined);
  if (found !== undefined) return found;
  const what = wanted.platform === undefined ? "wasm or this machine" : (platformText(wanted) ?? "");
  const there = list(images.map((image) => platformText(image) ?? "a platform that it does not tell"));
  throw new WrunError("not-found", `the image is not for ${what}, but for ${there}: name one by --platform`);
}

interface Listing {
  readonly images: ListedImage[];
  readonly budget: DocumentBudget;
  readonly name: string | undefined;
  readonly depth: number;
}

async function addImages(store: ImageStore, entry: IndexEntry, listing: Listing): Promise<void> {
  const { images, budget, name, depth } = listing;
  if (depth > deepest) throw brokenImage("its indexes are nested too deeply");
  budget.take(entry.size);
  const { manifests } = await readDocument(store, entry);
  if (manifests.length === 0) {
    if (platformText(entry) !== noPlatform)
      images.push({ descriptor: entry, name, platform: entry.platform });
    return;
  }
  for (const [at, value] of manifests.entries()) {
    const descriptor = parseDescriptor(value, `entry ${at} of its index`);
    const { platform } = value as Partial<IndexEntry>;
    const inner = { ...descriptor, ...(platform === undefined ? {} : { platform }) };
    await addImages(store, inner, { ...listing, depth: depth + 1 });
  }
}

/** The name of an image as its writer has given it: containerd's whole name, else that of the layout. */
function nameOf({ annotations }: IndexEntry): string | undefined {
  const name: unknown =
    annotations?.["org.opencontainers.image.ref.name"] ?? annotations?.["io.containerd.image.name"];
  return typeof name === "string" ? name : undefined;
}

function only(images: readonly ListedImage[]): ListedImage | undefined {
  return images.length === 1 ? images[0] : undefined;
}

function ownPlatform(): Platform {
  return { os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" };
}
