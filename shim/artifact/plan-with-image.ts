import { WrunError } from "../../oci/error.ts";
import type { Artifact, Plan } from "../../oci/plan.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import { linuxFiles } from "../host/files.ts";
import { planBundle } from "../plan-bundle.ts";
import type { BundleOptions } from "../plan-bundle.ts";
import { mayBeArtifact } from "./may-be-artifact.ts";
import type { ImageContent } from "./image-content.ts";
import type { ModuleCache } from "./module-cache.ts";

/** Where a container's image can be asked for. */
export interface ImageSource {
  readonly containerId: string;
  /** Connects to containerd: called only where the image may be an artifact. */
  open(): Promise<ImageContent & Disposable>;
  readonly cache?: ModuleCache;
}

/** Plans a container that containerd has made: the module may be a layer of its image instead of a file in its rootfs. */
export async function planWithImage(options: BundleOptions, source: ImageSource): Promise<Plan> {
  const plan = planBundle(options);
  if (!mayBeArtifact(plan)) return plan;
  const artifact = await findOrPass(plan, source, options.bundle);
  return artifact === undefined ? plan : planBundle({ ...options, artifact });
}

// A usual image with a mistake in its entrypoint is the low-level runtime's to report. With an empty rootfs there is
// nothing that could run but an artifact.
async function findOrPass(
  { spec }: Plan,
  source: ImageSource,
  bundle: string,
): Promise<Artifact | undefined> {
  try {
    const [{ findArtifact }, { ModuleCache }] = await Promise.all([
      import("./find-artifact.ts"),
      import("./module-cache.ts"),
    ]);
    using content = await source.open();
    return await findArtifact(source.containerId, content, source.cache ?? new ModuleCache());
  } catch (error) {
    if (error instanceof WrunError && error.code !== "io" && error.code !== "not-found") throw error;
    if (linuxFiles.entries(rootfsOf({ spec, bundle })).length > 0) return undefined;
    throw error;
  }
}
