import { tmpdir } from "node:os";
import { atFdcwd, native } from "../../native/native.ts";
import { brokenImage } from "../../oci/image/descriptor.ts";
import { checked } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { type OpenFile, writePart } from "./file-bytes.ts";

/** An empty file of our own in `folder` that has no name any more: it goes when it is closed. */
export function namelessFile(folder: string = tmpdir()): OpenFile {
  const path = `${folder}/.wrun-${native.getpid()}-${Math.random().toString(36).slice(2)}`;
  const flags = open.readWrite | open.create | open.exclusive | open.noFollow;
  const fd = checked(native.openat(atFdcwd, path, flags, 0o600), "create", path);
  native.unlinkat(atFdcwd, path, 0);
  return { fd, path };
}

/** A nameless file of the bytes that come, at most `limit` of them. */
export async function temporaryFile(parts: AsyncIterable<Uint8Array>, limit: number): Promise<OpenFile> {
  const file = namelessFile();
  try {
    let length = 0;
    for await (const part of parts) {
      length += part.length;
      if (length > limit) throw brokenImage(`it has over ${limit} bytes: --max-size allows for more`);
      writePart(file, part);
    }
    return file;
  } catch (error) {
    native.close(file.fd);
    throw error;
  }
}
