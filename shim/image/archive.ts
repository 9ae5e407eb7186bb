import { native } from "../../native/native.ts";
import { brokenImage } from "../../oci/image/descriptor.ts";
import { mostName } from "../../oci/image/entry-path.ts";
import { decompressedByHead } from "./compression.ts";
import { compressionOf } from "./compression.ts";
import {
  fileBytes,
  headOf,
  type OpenFile,
  openToRead,
  sizeOf,
  type Stretch,
  stretchBytes,
} from "./file-bytes.ts";
import { tarEntries } from "./tar-entries.ts";
import { temporaryFile } from "./temporary-file.ts";

/** The most files that an image's archive has: several hundred is many. */
const mostFiles = 65_536;

/** An archive of an image on disk: where its files are in it. */
export class Archive implements Disposable {
  readonly #file: OpenFile;
  readonly #files = new Map<string, Stretch>();
  readonly #links = new Map<string, string>();

  private constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Opens an archive. One that is compressed, or no regular file, is copied out to where it can be read at any place. */
  static async open(path: string, limit: number): Promise<Archive> {
    const archive = new Archive(await seekable(path, limit));
    try {
      await archive.#readIndex();
      return archive;
    } catch (error) {
      archive[Symbol.dispose]();
      throw error;
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

  async #readIndex(): Promise<void> {
    const whole = { offset: 0, size: sizeOf(this.#file) ?? 0 };
    let count = 0;
    for await (const { name, type, link, offset, size } of tarEntries(
      stretchBytes(this.#file, whole),
      "its archive",
    )) {
      if (++count > mostFiles) throw brokenImage(`its archive has over ${mostFiles} files`);
      const path = plain(name);
      if (type === "file") this.#files.set(path, { offset, size });
      if (type === "symlink" || type === "link") this.#links.set(path, target(path, link, type));
    }
  }
}

async function seekable(path: string, limit: number): Promise<OpenFile> {
  const file = openToRead(path);
  if (sizeOf(file) !== undefined && compressionOf(await headOf(file, 16)) === "none") return file;
  native.lseek(file.fd, 0n, 0);
  // What waits for bytes may: a pipe.
  native.setFlags(file.fd, 0);
  try {
    return await temporaryFile(decompressedByHead(fileBytes(file), path), limit);
  } finally {
    native.close(file.fd);
  }
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
