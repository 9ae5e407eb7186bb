import { native } from "../../native/native.ts";
import type { WrunError } from "../../oci/error.ts";
import { brokenImage } from "../../oci/image/descriptor.ts";
import { mostName } from "../../oci/image/entry-path.ts";
import { compressionOf, decompressedByHead } from "./compression.ts";
import {
  fileBytes,
  headOf,
  type OpenFile,
  openToRead,
  sizeOf,
  type Stretch,
  stretchBytes,
  writePart,
} from "./file-bytes.ts";
import { tarEntries } from "./tar-entries.ts";
import { namelessFile } from "./nameless-file.ts";

/** The most files that an image's archive has: several hundred is many. */
const mostFiles = 65_536;
/** The most characters that their names and the targets of links have together: they are kept. */
const mostNames = 8 * 2 ** 20;

/** An archive of an image on disk: where its files are in it. */
export class Archive implements Disposable {
  readonly #file: OpenFile;
  readonly #files = new Map<string, Stretch>();
  readonly #links = new Map<string, string>();

  private constructor(file: OpenFile) {
    this.#file = file;
  }

  /**
   * Opens an archive. One that is compressed, or no regular file, is copied out to where it can be read at any place;
   * `limit` is how many bytes may come out of it.
   */
  static async open(path: string, limit: number): Promise<Archive> {
    const given = openToRead(path);
    const isPlain = sizeOf(given) !== undefined && compressionOf(await headOf(given, 16)) === "none";
    const archive = new Archive(isPlain ? given : namelessFile());
    try {
      await archive.#readIndex(isPlain ? archive.#whole() : archive.#copied(given, limit), limit);
      return archive;
    } catch (error) {
      archive[Symbol.dispose]();
      throw error;
    } finally {
      if (!isPlain) native.close(given.fd);
    }
  }

  /** Whether there is a file of that name. */
  find(name: string): Stretch | undefined {
    return this.#files.get(name) ?? this.#files.get(this.#links.get(name) ?? "");
  }

  /** The bytes of a file of the archive. */
  bytes(stretch: Stretch): AsyncIterable<Uint8Array> {
    return stretchBytes(this.#file, stretch);
  }

  /** The first bytes of a file of the archive. */
  head({ offset, size }: Stretch): Promise<Uint8Array> {
    return headOf(this.#file, Math.min(size, 16), offset);
  }

  [Symbol.dispose](): void {
    native.close(this.#file.fd);
  }

  #whole(): AsyncIterable<Uint8Array> {
    return stretchBytes(this.#file, { offset: 0, size: sizeOf(this.#file) ?? 0 });
  }

  /** What comes out of `given`, as it is copied: a fault is found before all of it is. */
  async *#copied(given: OpenFile, limit: number): AsyncGenerator<Uint8Array> {
    native.lseek(given.fd, 0n, 0);
    // What waits for bytes may: a pipe.
    native.setFlags(given.fd, 0);
    let length = 0;
    for await (const part of decompressedByHead(fileBytes(given), given.path)) {
      length += part.length;
      if (length > limit) throw tooLarge(limit);
      writePart(this.#file, part);
      yield part;
    }
  }

  async #readIndex(parts: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
    let count = 0;
    let names = 0;
    let total = 0;
    for await (const { name, type, link, offset, size } of tarEntries(parts, "its archive")) {
      if (++count > mostFiles) throw brokenImage(`its archive has over ${mostFiles} files`);
      names += name.length + link.length;
      if (names > mostNames) throw brokenImage(`the names in its archive have over ${mostNames} characters`);
      total += size;
      if (total > limit) throw tooLarge(limit);
      const path = plain(name);
      if (type === "file") this.#files.set(path, { offset, size });
      if (type === "symlink" || type === "link") this.#links.set(path, target(path, link, type));
    }
  }
}

/** An error about an archive of over `limit` bytes. */
export function tooLarge(limit: number): WrunError {
  return brokenImage(`it has over ${limit} bytes: --max-size allows for more`);
}

function plain(name: string): string {
  if (name.length > mostName) throw brokenImage(`its archive has a name of over ${mostName} characters`);
  return name
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

// Docker's archives have had links from one layer's folder to another's.
function target(path: string, link: string, type: string): string {
  if (type === "link") return plain(link);
  const parts = path.split("/").slice(0, -1);
  for (const part of link.split("/"))
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  return plain(parts.join("/"));
}
