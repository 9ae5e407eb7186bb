import { WrunError } from "./error.ts";
import type { GrantInput } from "./grant-input.ts";
import { hookMoments } from "./runtime-spec.ts";
import type { Resources } from "./runtime-spec.ts";

/**
 * What only the kernel sandbox can do, field by field: an error where the container must not run without it,
 * a warning where it runs with less than was asked for, a remark where a guest could not use it anyway.
 */
export function checkEmbeddedFields(input: GrantInput): void {
  checkHooks(input);
  warnOfConfinement(input);
  warnOfResources(input);
  dropSystemFields(input);
}

// "If any prestart, createRuntime, createContainer or startContainer hook fails, the runtime MUST … stop the
// container" (runtime-spec, Lifecycle): such a hook may be what admits it. The others are only logged.
function checkHooks({ spec, remarks }: GrantInput): void {
  for (const moment of hookMoments) {
    if ((spec.hooks?.[moment] ?? []).length === 0) continue;
    if (!moment.startsWith("post"))
      throw new WrunError("unsupported", `hooks.${moment}: only the kernel sandbox runs hooks`);
    remarks.warn(`hooks.${moment}`, "not run by the embedded sandbox");
  }
}

function warnOfConfinement({ spec, remarks, uid }: GrantInput): void {
  const instead = "not applied: the grant alone confines the guest";
  if (spec.linux?.seccomp !== undefined) remarks.warn("linux.seccomp", instead);
  if ((spec.process?.apparmorProfile ?? "") !== "") remarks.warn("process.apparmorProfile", instead);
  if ((spec.process?.selinuxLabel ?? "") !== "") remarks.warn("process.selinuxLabel", instead);
  const { capabilities } = spec.process ?? {};
  if (capabilities === undefined) return;
  if (uid === 0 && !(capabilities.effective ?? []).includes("CAP_DAC_OVERRIDE"))
    remarks.warn("process.capabilities", "the guest's files are opened with root's CAP_DAC_OVERRIDE");
  else remarks.drop("process.capabilities", "the guest opens files with the caller's own rights");
}

const limited = [
  "cpu",
  "blockIO",
  "hugepageLimits",
  "network",
  "rdma",
  "unified",
] as const satisfies readonly (keyof Resources)[];

function warnOfResources({ spec, remarks }: GrantInput): void {
  const { resources = {} } = spec.linux ?? {};
  for (const name of limited)
    if (Object.keys(resources[name] ?? {}).length > 0)
      remarks.warn(`linux.resources.${name}`, "not limited by the embedded sandbox");
  if (resources.pids !== undefined) remarks.drop("linux.resources.pids", "a guest starts no processes");
}

function dropSystemFields({ spec, remarks }: GrantInput): void {
  if (Object.keys(spec.linux?.sysctl ?? {}).length > 0)
    remarks.warn("linux.sysctl", "not set by the embedded sandbox");
  if ((spec.linux?.devices ?? []).length > 0) remarks.drop("linux.devices", "a guest opens no devices");
  if ((spec.process?.user?.additionalGids ?? []).length > 0)
    remarks.drop("process.user.additionalGids", "the guest has the caller's groups");
}
