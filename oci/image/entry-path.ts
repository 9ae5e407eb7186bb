import { show } from "../note.ts";
import { brokenImage } from "./descriptor.ts";

/** PATH_MAX: a longer name is no file's. */
export const mostName = 4096;
/** NAME_MAX, for what stands between slashes. */
const mostPart = 255;

/** What a name in a layer asks for (https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts). */
export type EntryPath =
  | { readonly kind: "root" }
  | { readonly kind: "file"; readonly parent: string; readonly name: string }
  | { readonly kind: "whiteout"; readonly parent: string; readonly name: string }
  | { readonly kind: "opaque"; readonly parent: string }
  /** Kept by AUFS for itself. */
  | { readonly kind: "nothing" };

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

/** Reads a name of a layer: relative, without `..`. `parent` has no slash at either end; it is empty for the root. */
export function entryPath(text: string): EntryPath {
  const parts = partsOf(text);
  const name = parts.pop();
  const parent = parts.join("/");
  if (name === undefined) return { kind: "root" };
  if (parts.some((part) => part.startsWith(whiteout))) throw refused(text, "lies beneath a whiteout");
  if (name === opaque) return { kind: "opaque", parent };
  if (name.startsWith(`${whiteout}${whiteout}`)) return { kind: "nothing" };
  if (!name.startsWith(whiteout)) return { kind: "file", parent, name };
  const hidden = name.slice(whiteout.length);
  if (hidden === "" || hidden === "." || hidden === "..") throw refused(text, "is a whiteout of no file");
  return { kind: "whiteout", parent, name: hidden };
}

/** An error about an entry of an archive. */
export function refused(name: string, problem: string): Error {
  return brokenImage(`its file ${show(name.slice(0, 300))} ${problem}`);
}

function partsOf(text: string): string[] {
  if (text.startsWith("/")) throw refused(text, "has an absolute name");
  if (text.includes("\0")) throw refused(text, "has a NUL in its name");
  // What was no UTF-8 has been decoded to this.
  if (text.includes("\ufffd")) throw refused(text, "has a name that is not UTF-8");
  if (new TextEncoder().encode(text).length > mostName)
    throw refused(text, `has a name of over ${mostName} bytes`);
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.some((part) => new TextEncoder().encode(part).length > mostPart))
    throw refused(text, `has a part of over ${mostPart} bytes in its name`);
  if (parts.includes("..")) throw refused(text, "has a '..' in its name");
  return parts;
}
