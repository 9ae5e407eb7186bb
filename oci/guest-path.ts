import type { GuestPath } from "./grant.ts";

/** `path` from the root, without `.`, `..`, doubled and trailing slashes; symlinks are not looked at. */
export function normalized(path: string): GuestPath {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Whether `path` is `directory` or lies beneath it; both normalized. */
export function isWithin(path: GuestPath, directory: GuestPath): boolean {
  return path === directory || directory === "/" || path.startsWith(`${directory}/`);
}

/** `path`, or where it would lie if it is not absolute. */
export function absoluteFrom(directory: string, path: string): string {
  return path.startsWith("/") ? path : `${directory === "/" ? "" : directory}/${path}`;
}
