import { atFdcwd, native } from "../../native/native.ts";
import { indexDocument } from "../../oci/image/image-documents.ts";
import type { Reference } from "../../oci/image/reference.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { open } from "../host/open-flags.ts";
import { type OpenFile, writePart } from "./file-bytes.ts";
import { nameAnnotations, type PackedImage } from "./pack-image.ts";
import type { Stage } from "./stage.ts";
import { archiveOf } from "./tar-writer.ts";

/** An image that is ready to be written. */
export interface ReadyImage {
  readonly stage: Stage;
  readonly packed: PackedImage;
  readonly reference: Reference | undefined;
}

/** One file of a layout. */
interface File {
  readonly name: string;
  readonly size: number;
  readonly parts: () => AsyncIterable<Uint8Array>;
}

const time = new Date(0);
const newFile = open.writeOnly | open.create | open.exclusive | open.noFollow;

/**
 * Writes an archive that is an OCI layout and what `docker load` of any age reads. It has its name only when it is
 * whole; `-` is standard output.
 */
export async function writeArchive(path: string, image: ReadyImage): Promise<void> {
  if (path === "-") return writeTo({ fd: 1, path: "standard output" }, image);
  const temporary = temporaryName(path);
  const file = createFile(temporary);
  await whole(path, temporary, () => closing(file, () => writeTo(file, image)));
}

/** Writes an OCI layout into a new directory (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). */
export async function writeLayout(path: string, image: ReadyImage): Promise<void> {
  const temporary = temporaryName(path);
  checked(native.mkdirat(atFdcwd, temporary, 0o755), "create", temporary);
  await whole(path, temporary, async () => {
    for (const { name, parts } of layoutFiles(image, false)) {
      makeParents(`${temporary}/${name}`);
      const file = createFile(`${temporary}/${name}`);
      await closing(file, async () => {
        for await (const part of parts()) writePart(file, part);
      });
    }
  });
}

// It is beside the image, where others may write too: what stands there already is neither written to nor removed.
function temporaryName(path: string): string {
  return `${path}.${native.getpid()}.new`;
}

/** Gives what is written to `temporary`, which is ours, its name; or takes it away where that fails. */
async function whole(path: string, temporary: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
    checked(native.renameat(atFdcwd, temporary, atFdcwd, path), "write", path);
  } catch (error) {
    if (native.unlinkat(atFdcwd, temporary, 0) < 0) linuxFiles.removeTree(temporary);
    throw error;
  }
}

function createFile(path: string): OpenFile {
  return { fd: checked(native.openat(atFdcwd, path, newFile, 0o644), "write", path), path };
}

async function closing(file: OpenFile, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } finally {
    native.close(file.fd);
  }
}

async function writeTo(file: OpenFile, image: ReadyImage): Promise<void> {
  const archive = archiveOf(async (writer) => {
    for (const name of ["blobs", "blobs/sha256"])
      await writer.add({ name, type: "directory", mode: 0o755, mtime: time });
    for (const { name, size, parts } of layoutFiles(image, true))
      await writer.addFile({ name, size, mode: 0o644, mtime: time }, parts());
  });
  for await (const part of archive) writePart(file, part);
}

function layoutFiles({ stage, packed, reference }: ReadyImage, forDocker: boolean): readonly File[] {
  const annotations = nameAnnotations(reference);
  const root = Object.keys(annotations).length === 0 ? packed.root : { ...packed.root, annotations };
  return [
    text("oci-layout", { imageLayoutVersion: "1.0.0" }),
    text("index.json", indexDocument([root])),
    ...(forDocker && packed.docker !== undefined
      ? [text("manifest.json", [dockerEntry(packed.docker, reference)])]
      : []),
    ...stage
      .blobs()
      .map(({ descriptor: { digest, size }, parts }) => ({ name: blobName(digest), size, parts })),
  ];
}

function dockerEntry(
  { config, layers }: NonNullable<PackedImage["docker"]>,
  reference: Reference | undefined,
): object {
  return {
    Config: blobName(config.digest),
    RepoTags: reference === undefined ? [] : [reference.short],
    Layers: layers.map(({ digest }) => blobName(digest)),
  };
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function text(name: string, document: object): File {
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    name,
    size: bytes.length,
    parts: async function* () {
      yield bytes;
    },
  };
}
