import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { WrunError } from "../../oci/error.ts";

/** The C library files that this very process runs on: what the engine needs in an image that has none. */
export interface RuntimeFiles {
  readonly loader: string;
  /** Paths on this system by the name under which the loader looks for them. */
  readonly libraries: ReadonlyMap<string, string>;
}

/** Finds the runtime files by what is mapped into this process, so it holds for every distribution's layout. */
export function findRuntimeFiles(): RuntimeFiles {
  const mapped = mappedFiles(readFileSync("/proc/self/maps", "latin1"));
  const loader = mapped.find((path) => /^ld(?:64|-[\w.-]+)?\.so(?:\.\d+)*$/.test(basename(path)));
  if (loader === undefined || basename(loader).startsWith("ld-musl-")) {
    throw new WrunError("unsupported", "wrun can only be installed by a system that runs on glibc");
  }
  const libraries = new Map(mapped.flatMap(namesOf));
  const libc = libraries.get("libc.so.6");
  if (libc === undefined) throw new WrunError("unsupported", "no libc.so.6 is mapped into this process");
  return { loader, libraries: withUnwinder(libraries, dirname(libc)) };
}

/** The files in the text of /proc/PID/maps, each once (proc(5): the path is the sixth field). */
export function mappedFiles(maps: string): string[] {
  const paths = maps.split("\n").flatMap((line) => /^(?:\S+\s+){5}(\/.*)$/.exec(line)?.[1] ?? []);
  return [...new Set(paths)];
}

// Older glibc maps libc-2.31.so, to which libc.so.6 is a symlink beside it.
function namesOf(path: string): [string, string][] {
  const stem = /^lib[a-z_]+(?=[.-])/.exec(basename(path))?.[0];
  if (stem === undefined) return [];
  const names = readdirSync(dirname(path)).filter((name) => /^\.so\.\d+$/.test(name.slice(stem.length)));
  return names
    .filter(
      (name) => name.startsWith(stem) && realpathSync(`${dirname(path)}/${name}`) === realpathSync(path),
    )
    .map((name) => [name, path]);
}

// glibc opens it by name where a thread is cancelled or a backtrace is taken. It is not everywhere.
function withUnwinder(libraries: ReadonlyMap<string, string>, directory: string): Map<string, string> {
  const name = "libgcc_s.so.1";
  const found = readdirSync(directory).includes(name);
  return new Map([...libraries, ...(found ? [[name, `${directory}/${name}`] as const] : [])]);
}
