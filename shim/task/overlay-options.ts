/** The options of a mount as one text, and the folder that relative names in it start from. */
export interface MountText {
  readonly folder: string;
  readonly text: string;
}

// mount(2): the options have one page, the NUL at the end included.
const page = 4096;

/**
 * An image of many layers names more folders than fit into the options. They lie in one folder: named from there, as
 * containerd does it, they fit.
 */
export function shortened(type: string, options: readonly string[]): MountText {
  const text = options.join(",");
  const lower = options.find((option) => option.startsWith("lowerdir="));
  if (new TextEncoder().encode(text).length < page || type !== "overlay" || lower === undefined)
    return { folder: "/", text };
  const folders = lower.slice("lowerdir=".length).split(":");
  const folder = commonFolder(folders);
  if (folder === "/") return { folder, text };
  const relative = folders.map((path) => path.slice(folder.length + 1)).join(":");
  const replaced = options.map((option) => (option === lower ? `lowerdir=${relative}` : option));
  return { folder, text: replaced.join(",") };
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/"));
  let length = 0;
  while (length < first.length - 1 && others.every((parts) => parts[length] === first[length])) length++;
  const common = first.slice(0, length).join("/");
  return common === "" ? "/" : common;
}
