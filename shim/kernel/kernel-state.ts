import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { isThere } from "../sandbox/callers-root.ts";
import { absolutePath } from "../sandbox/state-root.ts";

/** Where crun and runc keep containers: in `--root`, or where they do without it. */
export function kernelRoots(given: string | undefined): readonly HostPath[] {
  if (given !== undefined) return given === "" ? [] : [absolutePath(given, process.cwd())];
  const own = process.env["XDG_RUNTIME_DIR"];
  const users = own === undefined || own === "" ? [] : [`${own}/crun`, `${own}/runc`];
  return native.geteuid() === 0 ? [...users, "/run/crun", "/run/runc"] : users;
}

/** Whether crun or runc keeps a container of that name; of an embedded one both files are there. */
export function isInKernel(given: string | undefined, id: string): boolean {
  return kernelRoots(given).some(
    (root) => isThere(`${root}/${id}/status`) !== isThere(`${root}/${id}/state.json`),
  );
}
