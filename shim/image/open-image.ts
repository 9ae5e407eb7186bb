import { atFdcwd, native, statFields } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { brokenImage, parseDescriptor } from "../../oci/image/descriptor.ts";
import type { IndexEntry } from "../../oci/image/image-documents.ts";
import type { Platform } from "../../oci/image/platform.ts";
import { checked } from "../host/errno.ts";
import { oneLine } from "../one-line.ts";
import { Archive } from "./archive.ts";
import { dockerStore } from "./docker-store.ts";
import type { ImageStore } from "./image-store.ts";
import { type LayoutFiles, readJsonFile } from "./layout-files.ts";
import { LayoutFolder } from "./layout-folder.ts";

/**
 * Opens an image: a folder with an OCI layout, an archive of one, or what `docker save` writes; compressed or not.
 * `limit` is how many bytes may come out of a compressed archive.
 */
export async function openImage(path: string, limit: number): Promise<ImageStore> {
  if (isDirectory(path)) return layoutStore(new LayoutFolder(path), `${path}, an OCI layout`);
  const archive = await Archive.open(path, limit);
  try {
    if (archive.find("index.json") !== undefined) return await layoutStore(archive, "an OCI archive");
    if (archive.find("manifest.json") !== undefined) return await dockerStore(archive, limit);
    const wanted = "it has neither index.json (an OCI archive) nor manifest.json (a Docker archive)";
    throw new WrunError("invalid", `${oneLine(path, 300)} is no image: ${wanted}`);
  } catch (error) {
    archive[Symbol.dispose]();
    throw error;
  }
}

async function layoutStore(files: LayoutFiles, kind: string): Promise<ImageStore> {
  const { manifests } = await readJsonFile(files, "index.json");
  if (!Array.isArray(manifests) || manifests.length === 0) throw brokenImage("its index.json lists no image");
  return {
    kind,
    roots: manifests.map((entry, at) => asEntry(entry, `entry ${at} of its index.json`)),
    blob: (digest) => {
      const stretch = files.find(`blobs/${digest.replace(":", "/")}`);
      if (stretch === undefined) throw brokenImage(`it lacks ${digest}`);
      return files.bytes(stretch);
    },
    [Symbol.dispose]: () => files[Symbol.dispose](),
  };
}

function asEntry(value: unknown, where: string): IndexEntry {
  const { platform, annotations } = value as Partial<Record<string, unknown>>;
  return {
    ...parseDescriptor(value, where),
    ...(typeof platform === "object" && platform !== null && { platform: platform as Platform }),
    ...(typeof annotations === "object" &&
      annotations !== null && { annotations: annotations as Record<string, string> }),
  };
}

function isDirectory(path: string): boolean {
  const stat = new BigInt64Array(statFields.count);
  checked(native.fstatat(atFdcwd, path, 0, stat), "open", path);
  return (Number(stat[statFields.mode]) & 0o170000) === 0o040000;
}
