import type { HostPath } from "../../oci/grant.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import type { TaskOptions } from "./options.ts";
import type { Pod } from "./pod.ts";

/** Where the low-level runtime keeps the containers of a shim, unless the options say it. */
export const defaultRoot: HostPath = "/run/wrun/containerd";

/**
 * Where a container's state is kept: a folder for each namespace, as in runc's shim. A relative root would lie in the
 * bundle, where the container's own root file system may be: it is not followed.
 */
export function stateRootOf(
  { root }: TaskOptions,
  { namespace, log }: Pick<Pod, "namespace" | "log">,
): HostPath {
  if (root !== "" && !root.startsWith("/"))
    log.warning(`options: the root ${root} is not absolute: ${defaultRoot} is used`);
  return absolutePath(namespace, root.startsWith("/") ? root : defaultRoot);
}
