import type { GuestMemory } from "../memory.ts";
import { Errno } from "./errno.ts";

/** PATH_MAX, its NUL included. */
const pathMax = 4096;

let decoder: TextDecoder | undefined;

/** A path in UTF-8, as every path of WASI is; undefined where the bytes are none. */
export function decodePath(bytes: Uint8Array): string | undefined {
  try {
    decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text in the guest's memory, or the errno of why there is none. */
export function readText(memory: GuestMemory, pointer: number, length: number): string | number {
  if (!memory.fits(pointer, length)) return Errno.fault;
  if (length >= pathMax) return Errno.nametoolong;
  // A copy, as no decoder reads memory that is shared between threads.
  const text = decodePath(memory.bytes.slice(pointer, pointer + length));
  if (text === undefined) return Errno.ilseq;
  return text.includes("\0") ? Errno.inval : text;
}

/** A path in the guest's memory that a lookup can begin with, or the errno of why it cannot. */
export function readPath(memory: GuestMemory, pointer: number, length: number): string | number {
  const path = readText(memory, pointer, length);
  if (typeof path === "number") return path;
  if (path === "") return Errno.noent;
  return path.startsWith("/") ? Errno.notcapable : path;
}
