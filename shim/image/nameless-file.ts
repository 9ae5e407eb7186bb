import { tmpdir } from "node:os";
import { atFdcwd, native } from "../../native/native.ts";
import { checked } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import type { OpenFile } from "./file-bytes.ts";

/** An empty file of our own in `folder` that has no name any more: it goes when it is closed. */
export function namelessFile(folder: string = tmpdir()): OpenFile {
  const path = `${folder}/.wrun-${native.getpid()}-${Math.random().toString(36).slice(2)}`;
  const flags = open.readWrite | open.create | open.exclusive | open.noFollow;
  const fd = checked(native.openat(atFdcwd, path, flags, 0o600), "create", path);
  native.unlinkat(atFdcwd, path, 0);
  return { fd, path };
}
