import { brokenImage } from "../../oci/image/descriptor.ts";
import { parseJson } from "../artifact/document.ts";
import type { Stretch } from "./file-bytes.ts";

const mostIndexBytes = 4 * 2 ** 20;

/** The files of an OCI layout, in a folder or in an archive. */
export interface LayoutFiles extends Disposable {
  find(name: string): Stretch | undefined;
  bytes(stretch: Stretch): AsyncIterable<Uint8Array>;
}

/** A JSON file of a layout; an error names it. */
export async function readJsonFile(
  files: LayoutFiles,
  name: string,
): Promise<Readonly<Record<string, unknown>>> {
  const stretch = files.find(name);
  if (stretch === undefined) throw brokenImage(`it has no ${name}`);
  if (stretch.size > mostIndexBytes) throw brokenImage(`its ${name} is over 4 MiB`);
  const parts: Uint8Array[] = [];
  for await (const part of files.bytes(stretch)) parts.push(part);
  return parseJson(Buffer.concat(parts), `its ${name}`);
}
