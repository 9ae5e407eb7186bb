import type { HostPath } from "./grant.ts";
import { sound } from "./grant-process.ts";
import { absoluteFrom } from "./guest-path.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";
import { broken } from "./shape.ts";

/** The absolute path of the root file system on the host. */
export function rootfsOf({
  spec,
  bundle,
}: {
  readonly spec: RuntimeSpec;
  readonly bundle: HostPath;
}): HostPath {
  if (spec.root === undefined) throw broken("root", "is missing");
  if (spec.root.path === "") throw broken("root.path", "is empty");
  return absoluteFrom(bundle, sound(spec.root.path, "root.path"));
}
