import { entryPath, mostName, refused } from "../../oci/image/entry-path.ts";
import type { Budget } from "./budget.ts";
import { withoutOldSparse } from "./old-sparse.ts";
import type { Attributes, Place, RootWriter } from "./root-writer.ts";
import { fileContent } from "./sparse.ts";
import { type TarEntry, tarEntries } from "./tar-entries.ts";

/** What a layer is written with. */
export interface LayerTarget {
  readonly root: RootWriter;
  readonly budget: Budget;
  /** Whether there are layers below, whose files it may hide. */
  readonly hasLower: boolean;
  /** Is told of each thing that could not be kept. */
  readonly lost: (what: "extended attributes") => void;
}

const mostId = 2 ** 32 - 2;

/**
 * Writes one layer, an archive before compression, over those below it
 * (https://github.com/opencontainers/image-spec/blob/main/layer.md).
 */
export async function applyLayer(
  parts: AsyncIterable<Uint8Array>,
  what: string,
  target: LayerTarget,
): Promise<void> {
  const layer: LayerPaths = { own: new Set(), swept: new Set() };
  for await (const entry of tarEntries(withoutOldSparse(measured(parts, target.budget)), what)) {
    await applyEntry(entry, layer, target);
  }
}

async function* measured(parts: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array> {
  for await (const part of parts) {
    budget.pass(part.length);
    yield part;
  }
}

/** What a layer has had so far. */
interface LayerPaths {
  /** What it has made, with the directories above. */
  readonly own: Set<string>;
  /** The directories in which it has hidden all that is below: what is in them since is its own. */
  readonly swept: Set<string>;
}

async function applyEntry(entry: TarEntry, layer: LayerPaths, target: LayerTarget): Promise<void> {
  const { own } = layer;
  const content = await fileContent(entry);
  const path = entryPath(content.name);
  target.budget.take(bytesOf(entry, content), content.name.length + entry.link.length);
  if (path.kind === "nothing") return;
  if (path.kind === "root") {
    if (entry.type !== "directory") throw refused(entry.name, "stands in the place of the root directory");
    return target.root.setDirectory("", attributesOf(entry));
  }
  if (path.kind === "opaque") return hideAll(path.parent, layer, target);
  const whole = path.parent === "" ? path.name : `${path.parent}/${path.name}`;
  if (path.kind === "whiteout") {
    if (target.hasLower && !own.has(whole)) target.root.remove(path);
    return;
  }
  if (target.hasLower) addWithParents(own, whole);
  if (Object.keys(entry.pax).some((key) => key.startsWith("SCHILY.xattr.")))
    target.lost("extended attributes");
  await make({ ...entry, name: content.name }, path, { target, content });
}

// Old archives give a directory a size, and no bytes.
function bytesOf({ type, size }: TarEntry, content: Making["content"]): number {
  if (type === "directory") return 0;
  return type === "file" ? content.size : size;
}

function hideAll(directory: string, { own, swept }: LayerPaths, { root, hasLower }: LayerTarget): void {
  if (hasLower) root.sweep(directory, (path) => own.has(path), swept);
}

function addWithParents(own: Set<string>, path: string): void {
  for (let at = path; !own.has(at) && at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("/"), 0)))
    own.add(at);
}

interface Making {
  readonly target: LayerTarget;
  readonly content: Awaited<ReturnType<typeof fileContent>>;
}

async function make(entry: TarEntry, place: Place, { target: { root }, content }: Making): Promise<void> {
  const attributes = attributesOf(entry);
  switch (entry.type) {
    case "file":
      return root.file(place, content, attributes);
    case "directory":
      return root.directory(place, attributes);
    case "symlink":
      return root.symlink(place, linkTarget(entry), attributes);
    case "link":
      return root.hardLink(place, hardTarget(entry));
    case "fifo":
      return root.fifo(place, attributes);
    case "character-device":
    case "block-device":
      throw refused(entry.name, "is a device: images do not bring devices, the runtime makes them");
    default:
      throw refused(entry.name, "is of a kind that images do not have");
  }
}

function linkTarget({ name, link }: TarEntry): string {
  if (link === "" || link.includes("\0") || link.length >= mostName)
    throw refused(name, "is a symlink that leads nowhere");
  return link;
}

function hardTarget({ name, link }: TarEntry): Place {
  const path = entryPath(link);
  if (path.kind !== "file") throw refused(name, "is a hard link to what is no file");
  return path;
}

function attributesOf({ name, mode, uid, gid, modified }: TarEntry): Attributes {
  for (const id of [uid, gid])
    if (!Number.isInteger(id) || id < 0 || id > mostId)
      throw refused(name, `belongs to ${id}, which is nobody`);
  return { mode, uid, gid, modified };
}
