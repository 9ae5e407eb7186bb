import { normalized } from "../../oci/guest-path.ts";
import type { Found, Looks, Probe } from "../../oci/probe.ts";

/** A container's files, written down. */
export interface FileTable {
  /** Canonical guest paths. An ELF file or a script is executable, as it is on a disk. */
  readonly files: Readonly<Record<string, Looks | "directory" | "special">>;
  /** Those of them that are bind mounts of config.json. */
  readonly mountedFiles?: readonly string[];
  /** Symlinks of the image: guest path to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** What is in files that are read. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Sources of mounts. */
  readonly sources?: Readonly<Record<string, "directory" | "file" | "special">>;
  /** What is mounted beneath directories of the host, relative to them. */
  readonly mounts?: Readonly<Record<string, readonly string[]>>;
  /** The caller can make nothing in the root file system. */
  readonly unwritable?: boolean;
}

/** A probe that knows what a table says. */
export function tableProbe({
  files,
  mountedFiles = [],
  links = {},
  texts = {},
  sources = {},
  mounts = {},
  unwritable = false,
}: FileTable): Probe {
  const resolve = (path: string): string => {
    const left = path.split("/");
    let here = "/";
    for (let name = left.shift(), steps = 0; name !== undefined; name = left.shift(), steps++) {
      const next = normalized(`${here}/${name}`);
      const target = Object.hasOwn(links, next) ? links[next] : undefined;
      if (target === undefined || steps > 1000) here = next;
      else {
        if (target.startsWith("/")) here = "/";
        left.unshift(...target.split("/"));
      }
    }
    return here;
  };
  return {
    resolve,
    lookup: (path) => {
      const at = resolve(path);
      return found(Object.hasOwn(files, at) ? files[at] : undefined, mountedFiles.includes(at));
    },
    text: (path) => (Object.hasOwn(texts, resolve(path)) ? texts[resolve(path)] : undefined),
    mountsIn: (path) => (Object.hasOwn(mounts, path) ? (mounts[path] ?? []) : []),
    standsAt: (above, path) => {
      if (Object.hasOwn(sources, above)) return { kind: "missing", existing: 0, creatable: true };
      const names = path.split("/");
      for (let existing = 0; existing < names.length; existing++) {
        const at = `/${names.slice(0, existing + 1).join("/")}`;
        const what = standing(files, at);
        if (what === undefined) return { kind: "missing", existing, creatable: !unwritable };
        if (existing === names.length - 1) return { kind: what };
        if (what !== "directory") break;
      }
      return { kind: "blocked" };
    },
    source: (path) => (Object.hasOwn(sources, path) ? sources[path] : undefined),
  };
}

// A file that is listed has directories above it.
function standing(files: FileTable["files"], path: string): "directory" | "file" | "special" | undefined {
  const what = Object.hasOwn(files, path) ? files[path] : undefined;
  if (what === "directory" || what === "special") return what;
  if (what !== undefined) return "file";
  return Object.keys(files).some((file) => file.startsWith(`${path}/`)) ? "directory" : undefined;
}

function found(what: FileTable["files"][string] | undefined, isMount: boolean): Found | undefined {
  if (what === undefined) return undefined;
  if (what === "directory" || what === "special") return { kind: what };
  return { kind: "file", looks: what, executable: what === "elf" || what === "script", isMount };
}
