import { atFdcwd, native, statFields } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { stateRoot, type StateRoot } from "./state-root.ts";

/** Where the embedded containers of this process's caller are kept; `given` is the value of `--root`. */
export function callersRoot(given: string | undefined): StateRoot {
  return stateRoot(given, {
    uid: native.geteuid(),
    runtimeDirectory: process.env["XDG_RUNTIME_DIR"],
    workingDirectory: () => process.cwd(),
  });
}

/** Whether `root` keeps an embedded container of that name (native/launcher/forward.c decides the same). */
export function isEmbedded(root: StateRoot, id: string): boolean {
  return [root.path, ...(root.earlier === undefined ? [] : [root.earlier])].some((folder) =>
    isKeptIn(folder, id),
  );
}

/** Whether a folder of containers has an embedded one of that name. */
// Given the same folder, runc has a state.json there as well, and crun a status: none has both.
export function isKeptIn(folder: HostPath, id: string): boolean {
  return isThere(`${folder}/${id}/state.json`) && isThere(`${folder}/${id}/status`);
}

/** Whether there is anything at a path that this process may look at. */
export function isThere(path: HostPath): boolean {
  return native.fstatat(atFdcwd, path, 0, new BigInt64Array(statFields.count)) >= 0;
}
