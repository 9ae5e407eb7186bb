import { WrunError } from "../../oci/error.ts";
import type { Artifact, Plan } from "../../oci/plan.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import { linuxFiles } from "../host/files.ts";
import { planBundle } from "../plan-bundle.ts";
import type { BundleOptions } from "../plan-bundle.ts";
import { mayBeArtifact } from "./may-be-artifact.ts";

/** Looks for the wasm artifact that a container's image is. */
export type FindArtifact = () => Promise<Artifact | undefined>;

/** Plans a container that containerd has made: the module may be a layer of its image instead of a file in its rootfs. */
export async function planWithImage(options: BundleOptions, find: FindArtifact): Promise<Plan> {
  const plan = planBundle(options);
  if (!mayBeArtifact(plan)) return plan;
  const artifact = await findOrPass(find, rootfsOf({ spec: plan.spec, bundle: options.bundle }));
  return artifact === undefined ? plan : planBundle({ ...options, artifact });
}

// A usual image with a mistake in its entrypoint is the low-level runtime's to report. With an empty rootfs there is
// nothing that could run but an artifact.
async function findOrPass(find: FindArtifact, rootfs: string): Promise<Artifact | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof WrunError && error.code !== "io" && error.code !== "not-found") throw error;
    if (linuxFiles.entries(rootfs).length > 0) return undefined;
    throw error;
  }
}
