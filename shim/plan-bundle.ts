import type { Plan, SandboxKind } from "../oci/plan.ts";

/** Which bundle, and for which sandbox. */
export interface BundleOptions {
  readonly bundle: string;
  readonly sandbox: SandboxKind;
  /** The name of config.json within the bundle, where it is another. */
  readonly config?: string;
  /** Where directories that stand in for tmpfs mounts will be made: one folder for this container alone. */
  readonly scratch: string;
}

export declare function planBundle(options: BundleOptions): Plan;
