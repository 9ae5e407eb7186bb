import { native } from "../../native/native.ts";
import { type OpenFile, stretchBytes } from "./file-bytes.ts";
import { archiveOf, type Header, type TarWriter } from "./tar-writer.ts";
import type { TreeEntry } from "./tree.ts";

/** Something that goes into a layer, and how its bytes are come by. */
export interface LayerFile {
  readonly entry: TreeEntry;
  readonly open: () => OpenFile;
}

/** What is told of all files alike. */
export interface LayerOptions {
  /** The time of every file. */
  readonly modified: Date;
  /** Whether owners, and the bits that lend their rights, are packed as they are: else all is root's. */
  readonly keepOwners: boolean;
  readonly read: (bytes: number) => void;
}

const rightsLending = 0o6000;

/** A layer as an archive: nothing is in it but the files, their order and the options. */
export function layerParts(files: Iterable<LayerFile>, options: LayerOptions): AsyncGenerator<Uint8Array> {
  return archiveOf((writer) => writeFiles(writer, files, options));
}

async function writeFiles(
  writer: TarWriter,
  files: Iterable<LayerFile>,
  options: LayerOptions,
): Promise<void> {
  const names = new Map<string, string>();
  for (const file of files) {
    const { entry } = file;
    const first = entry.identity === undefined ? undefined : names.get(entry.identity);
    if (entry.identity !== undefined && first === undefined) names.set(entry.identity, entry.path);
    const header = headerOf(entry, options);
    if (first !== undefined) await writer.add({ ...header, type: "link", linkname: first, size: 0 });
    else if (entry.type === "file") await writer.addFile(header, contentOf(file, options));
    else await writer.add(header);
  }
}

function headerOf(entry: TreeEntry, { modified, keepOwners }: LayerOptions): Header {
  const { path, type, mode, uid, gid, size, target } = entry;
  return {
    name: path,
    type,
    mode: keepOwners ? mode : mode & ~rightsLending,
    uid: keepOwners ? uid : 0,
    gid: keepOwners ? gid : 0,
    mtime: modified,
    ...(type === "file" ? { size } : {}),
    ...(type === "symlink" ? { linkname: target, size: 0 } : {}),
  };
}

async function* contentOf(file: LayerFile, { read }: LayerOptions): AsyncGenerator<Uint8Array> {
  const opened = file.open();
  try {
    for await (const part of stretchBytes(opened, { offset: 0, size: file.entry.size })) {
      read(part.length);
      yield part;
    }
  } finally {
    native.close(opened.fd);
  }
}
