import type { Change, HostView, Request } from "../../../shim/configure/engine.ts";

/** A host's files, in memory. */
export function fakeView(files: Readonly<Record<string, string>>): HostView {
  return {
    read: (path) => files[path],
    names: (path) =>
      Object.keys(files)
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1))
        .filter((name) => !name.includes("/")),
  };
}

/** What is asked for on a host with these files. */
export function request(
  files: Readonly<Record<string, string>>,
  more: Partial<Omit<Request, "host">> = {},
): Request {
  return {
    host: fakeView(files),
    prefix: "/usr/local",
    lowLevelRuntime: "crun",
    setAsDefault: false,
    userConfig: undefined,
    ...more,
  };
}

/** The files after the changes. */
export function after(
  files: Readonly<Record<string, string>>,
  changes: readonly Change[],
): Record<string, string> {
  const left = new Map(Object.entries(files));
  for (const { path, text } of changes) {
    if (text === undefined) left.delete(path);
    else left.set(path, text);
  }
  return Object.fromEntries(left);
}
