import { createHash } from "node:crypto";
import { native } from "../../native/native.ts";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import { type OpenFile, stretchBytes, writePart } from "./file-bytes.ts";
import { namelessFile } from "./nameless-file.ts";

/** A blob that has been made. */
export interface StagedBlob {
  readonly descriptor: Descriptor;
  readonly parts: () => AsyncIterable<Uint8Array>;
}

/** Blobs that are made before their image is written: an archive tells their sizes first. */
export class Stage implements Disposable {
  readonly #folder: string;
  readonly #blobs = new Map<string, StagedBlob>();
  readonly #files: OpenFile[] = [];

  /** Large blobs wait in nameless files in `folder`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All blobs by their digests, in an order that only they decide. */
  blobs(): readonly StagedBlob[] {
    return [...this.#blobs.values()].toSorted((a, b) => (a.descriptor.digest < b.descriptor.digest ? -1 : 1));
  }

  /** Keeps a document. */
  document(mediaType: string, document: object): Descriptor {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    return this.#keep({ descriptor: { mediaType, digest, size: bytes.length }, parts: () => once(bytes) });
  }

  /** Keeps what comes. */
  async stream(mediaType: string, parts: AsyncIterable<Uint8Array>): Promise<Descriptor> {
    const file = namelessFile(this.#folder);
    this.#files.push(file);
    const hash = createHash("sha256");
    let size = 0;
    for await (const part of parts) {
      hash.update(part);
      writePart(file, part);
      size += part.length;
    }
    const digest = `sha256:${hash.digest("hex")}`;
    return this.#keep({
      descriptor: { mediaType, digest, size },
      parts: () => stretchBytes(file, { offset: 0, size }),
    });
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#files) native.close(fd);
  }

  #keep(blob: StagedBlob): Descriptor {
    this.#blobs.set(blob.descriptor.digest, blob);
    return blob.descriptor;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
