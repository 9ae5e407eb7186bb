import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { checked } from "./errno.ts";

const eexist = -17;

/** Makes the directories above `path` that are missing. */
export function makeParents(path: HostPath, mode = 0o755): void {
  for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
    const made = native.mkdirat(atFdcwd, path.slice(0, at), mode);
    if (made !== eexist) checked(made, "create", path.slice(0, at));
  }
}
