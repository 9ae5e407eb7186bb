import { writeFileSync } from "node:fs";
import { pack } from "tar-stream";
import { Budget } from "../../../shim/image/budget.ts";
import { applyLayer } from "../../../shim/image/apply-layer.ts";
import { RootWriter } from "../../../shim/image/root-writer.ts";
import { digest, imageArchive, type ImageSource, json } from "../../e2e/containerd/oci-image.ts";

/** What stands before a file in an archive, as tar-stream takes it. */
export type Header = Parameters<ReturnType<typeof pack>["entry"]>[0];

/** One entry, a file of the text or the bytes where they are given. */
export type Entry = readonly [header: Header, text?: string | Buffer];

/** An archive of whatever entries: nothing is checked. */
export async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, text = ""] of entries) archive.entry(header, text);
  archive.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of archive) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

/** Changes the first header of an archive, and its checksum with it. */
export function withHeader(archive: Buffer, change: (header: Buffer) => void): Buffer {
  const header = archive.subarray(0, 512);
  change(header);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0`, 148);
  return archive;
}

/** Bytes in parts of 700, which no header keeps to. */
export async function* inParts(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** How layers are unpacked. */
interface Unpacking {
  /** The most bytes of their files. */
  readonly most?: number;
  /** Is told of each directory that is made unnamed. */
  readonly made?: () => void;
  readonly budget?: Budget;
}

/** Unpacks layers over each other into a directory; what was lost. */
export async function unpackLayers(
  root: string,
  layers: readonly Uint8Array[],
  { most = 1e6, made = () => {}, budget = new Budget(most) }: Unpacking = {},
): Promise<string[]> {
  using writer = new RootWriter(root, made);
  const lost: string[] = [];
  for (const [at, layer] of layers.entries())
    await applyLayer(inParts(layer), `layer ${at}`, {
      root: writer,
      budget,
      hasLower: at > 0,
      lost: (what) => lost.push(what),
    });
  writer.finish();
  return lost;
}

/** Where a layer of an image is not what the image says of it. */
export interface ImageChanges {
  readonly layerType?: string;
  readonly diffIds?: readonly string[];
  readonly config?: object;
}

/** An OCI archive on disk with these layers, as they are. */
export function writeImage(path: string, layers: readonly Uint8Array[], changes: ImageChanges = {}): string {
  const rootfs = { type: "layers", diff_ids: changes.diffIds ?? layers.map(digest) };
  const platform = { os: "linux", architecture: "amd64" };
  const config = { Entrypoint: ["/app.wasm"], ...changes.config };
  const image: ImageSource = {
    name: "test:1",
    platform,
    config: json("application/vnd.oci.image.config.v1+json", { ...platform, config, rootfs }),
    layers: layers.map((bytes) => ({
      mediaType: changes.layerType ?? "application/vnd.oci.image.layer.v1.tar",
      bytes,
    })),
  };
  writeFileSync(path, imageArchive(image));
  return path;
}
