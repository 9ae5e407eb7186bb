import type { IndexEntry } from "../../oci/image/image-documents.ts";
import type { BlobSource } from "../artifact/image-content.ts";

/** The images in a layout or an archive. */
export interface ImageStore extends BlobSource, Disposable {
  /** What kind of store it is, in words. */
  readonly kind: string;
  /** What index.json lists: the images, by name or not. */
  readonly roots: readonly IndexEntry[];
}
