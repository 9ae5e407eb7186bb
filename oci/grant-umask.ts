import type { Grant } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";

/** What crun and runc set where config.json has no umask, whatever the caller's own is. */
const usual = 0o022;

/** The umask: crun and runc set it before the engine starts, embedded the engine sets it itself. */
export function grantUmask({ spec, sandbox, remarks }: GrantInput): Pick<Grant, "umask"> {
  if (sandbox === "kernel") return {};
  const given = spec.process?.user?.umask;
  // umask(2) ignores all other bits.
  const umask = (given ?? usual) & 0o777;
  if (given !== undefined) remarks.grant("process.user.umask", `umask ${umask.toString(8).padStart(3, "0")}`);
  return { umask };
}
