import { atFdcwd, native } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import type { HostPath } from "../../oci/grant.ts";
import { isWithin } from "../../oci/guest-path.ts";
import { checked } from "./errno.ts";
import { open } from "./open-flags.ts";
import { descriptorPath } from "./descriptor-path.ts";

const opath = 0o10000000;
const longestTable = 64 * 2 ** 20;
const mountPointField = 4;

/** Where file systems are mounted beneath a directory, relative to it, in the order of mounting: proc(5), mountinfo. */
export function mountsIn(path: HostPath): readonly string[] {
  const directory = realPath(path);
  if (directory === undefined) return [];
  const start = directory === "/" ? 1 : directory.length + 1;
  return mountPoints()
    .filter((point) => point !== directory && isWithin(point, directory))
    .map((point) => point.slice(start));
}

function mountPoints(): string[] {
  const table = "/proc/self/mountinfo";
  const fd = checked(native.openat(atFdcwd, table, open.readOnly, 0), "read", table);
  const bytes = readAll(fd, longestTable);
  native.close(fd);
  if (typeof bytes === "number") checked(bytes, "read", table);
  const text = typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
  return text
    .split("\n")
    .flatMap((line) => line.split(" ")[mountPointField] ?? [])
    .map(unescaped);
}

// Space, tab, newline and backslash are octal there.
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function realPath(path: HostPath): string | undefined {
  const fd = native.openat(atFdcwd, path, opath | open.directory, 0);
  if (fd < 0) return undefined;
  const real = descriptorPath(fd);
  native.close(fd);
  return typeof real === "number" ? undefined : real;
}
