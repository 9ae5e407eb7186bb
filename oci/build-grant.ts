import { checkEmbeddedFields } from "./embedded-fields.ts";
import { checkEmbeddedUser } from "./embedded-user.ts";
import type { Grant, HostPath } from "./grant.ts";
import { grantEmbeddedFiles } from "./grant-files-embedded.ts";
import { grantKernelFiles } from "./grant-files-kernel.ts";
import type { GrantInput } from "./grant-input.ts";
import { grantLimits } from "./grant-limits.ts";
import { grantNetwork } from "./grant-network.ts";
import { grantProcess } from "./grant-process.ts";
import { grantUmask } from "./grant-umask.ts";
import type { MountPoint } from "./mount-point.ts";

/** A grant, and what it needs made. */
export interface BuiltGrant {
  readonly grant: Grant;
  readonly scratch: readonly HostPath[];
  readonly mountPoints: readonly MountPoint[];
}

/** config.json's wishes as the grant of one sandbox. What is not said here, the guest does not have. */
export function buildGrant(input: GrantInput): BuiltGrant {
  if (input.sandbox === "embedded") {
    checkEmbeddedUser(input);
    checkEmbeddedFields(input);
  }
  const files =
    input.sandbox === "embedded"
      ? grantEmbeddedFiles(input)
      : { ...grantKernelFiles(input), scratch: [], mountPoints: [] };
  const { scratch, mountPoints, preopens, hidden, readonly } = files;
  const grant: Grant = {
    ...grantProcess(input),
    preopens,
    hidden,
    readonly,
    streams: "/dev",
    limits: grantLimits(input),
    ...grantNetwork(input),
    ...grantUmask(input),
  };
  return { grant, scratch, mountPoints };
}
