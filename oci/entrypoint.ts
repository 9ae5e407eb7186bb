import type { GuestPath } from "./grant.ts";
import type { Process } from "./runtime-spec.ts";

/** args[0], taken apart: `path#function`. */
export interface Entrypoint {
  readonly argv0: string;
  readonly invoke?: string;
}

/** A file that args[0] may mean. */
export interface Candidate extends Entrypoint {
  readonly path: GuestPath;
}

// What runc and crun search where process.env has no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// More parts than this in PATH, or after `#`, are nobody's configuration.
const bound = 64;

/**
 * The files that args[0] may mean, best first: as execve looks them up, first with every `#` part of the
 * file's name, then with the last one, the last two … taken as the function's.
 */
export function entrypointCandidates(argv0: string, process: Process): Candidate[] {
  return withFunction(argv0).flatMap((entrypoint) =>
    pathsOf(entrypoint.argv0, process).map((path) => ({ ...entrypoint, path })),
  );
}

/** What args[0] means where none of its files exists: all after the first `#` is the function. */
export function unfoundEntrypoint(argv0: string, process: Process): Candidate {
  const entrypoint = withFunction(argv0).at(-1) ?? { argv0 };
  return { ...entrypoint, path: beneath(process.cwd ?? "/", entrypoint.argv0) };
}

function withFunction(argv0: string): Entrypoint[] {
  const splits: Entrypoint[] = [{ argv0 }];
  for (let end = argv0.length; end > 0 && splits.length < bound;) {
    end = argv0.lastIndexOf("#", end - 1);
    if (end < 0) break;
    const invoke = argv0.slice(end + 1);
    splits.push({ argv0: argv0.slice(0, end), ...(invoke === "" ? {} : { invoke }) });
  }
  return splits;
}

function pathsOf(name: string, { env = [], cwd = "/" }: Process): GuestPath[] {
  if (name === "") return [];
  if (name.includes("/")) return [beneath(cwd, name)];
  const entry = env.findLast((variable) => variable.startsWith("PATH="));
  const path = entry === undefined ? defaultPath : entry.slice("PATH=".length);
  // The working directory comes last: execve would not look there, runwasi does.
  const directories = [...path.split(":", bound), "."];
  return directories.map((directory) => beneath(beneath(cwd, directory), name));
}

function beneath(directory: string, path: string): GuestPath {
  if (path.startsWith("/")) return path;
  if (path === "" || path === ".") return directory;
  return directory.endsWith("/") ? directory + path : `${directory}/${path}`;
}
