import type { Attributes } from "./root-writer.ts";

interface Node {
  attributes: Attributes | undefined;
  readonly children: Map<string, Node>;
}

/** What the directories of an image are to have, by their paths: a tree, so that one goes with all beneath it. */
export class DirectoryAttributes {
  readonly #root: Node = emptyNode();
  #size = 0;

  /** How many directories have attributes. */
  get size(): number {
    return this.#size;
  }

  /** Sets those of one directory; the path of the root is empty. */
  set(path: string, attributes: Attributes): void {
    let node = this.#root;
    for (const name of namesOf(path)) {
      const child = node.children.get(name) ?? emptyNode();
      node.children.set(name, child);
      node = child;
    }
    if (node.attributes === undefined) this.#size++;
    node.attributes = attributes;
  }

  /** Removes those of a directory and of all beneath it. */
  delete(path: string): void {
    const names = namesOf(path);
    const last = names.pop() ?? "";
    let node: Node | undefined = this.#root;
    for (const name of names) node = node?.children.get(name);
    const removed = node?.children.get(last);
    node?.children.delete(last);
    if (removed !== undefined) this.#size -= entriesOf(removed, path).length;
  }

  /** All of them, each directory after those that are in it. */
  innermostFirst(): readonly (readonly [path: string, attributes: Attributes])[] {
    return entriesOf(this.#root, "").reverse();
  }
}

// Parents first. Directories may be nested 2,000 deep, so nothing recurses.
function entriesOf(top: Node, path: string): [string, Attributes][] {
  const entries: [string, Attributes][] = [];
  const pending: [string, Node][] = [[path, top]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [at, { attributes, children }] = next;
    if (attributes !== undefined) entries.push([at, attributes]);
    for (const [name, child] of children) pending.push([at === "" ? name : `${at}/${name}`, child]);
  }
  return entries;
}

function emptyNode(): Node {
  return { attributes: undefined, children: new Map() };
}

function namesOf(path: string): string[] {
  return path === "" ? [] : path.split("/");
}
