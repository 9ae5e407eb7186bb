import { embeddedRules } from "./embedded-rules.ts";
import { applyRules } from "./field-rule.ts";
import type { GrantInput } from "./grant-input.ts";

/**
 * What only the kernel sandbox can do, field by field: an error where the container must not run without it,
 * a warning where it runs with less than was asked for, a remark where a guest could not use it anyway.
 */
export function checkEmbeddedFields(input: GrantInput): void {
  applyRules(embeddedRules, input.spec, { input });
  checkCapabilities(input);
}

// No capabilities at all are a wish as well.
function checkCapabilities({ spec, remarks, uid }: GrantInput): void {
  const { capabilities } = spec.process ?? {};
  if (capabilities === undefined) return;
  if (uid === 0 && !(capabilities.effective ?? []).includes("CAP_DAC_OVERRIDE"))
    remarks.warn("process.capabilities", "the guest's files are opened with root's CAP_DAC_OVERRIDE");
  else remarks.drop("process.capabilities", "the guest opens files with the caller's own rights");
}
