import { WrunError } from "./error.ts";
import { asksForNothing } from "./field-rule.ts";
import type { GrantInput } from "./grant-input.ts";
import { quote } from "./note.ts";
import type { Mount } from "./runtime-spec.ts";

/**
 * Options that are kept, or that change nothing for a guest: it executes no file, opens no device, and sees what others
 * mount as soon as they have. https://github.com/opencontainers/runtime-spec/blob/main/config.md#linux-mount-options
 */
const unneeded =
  /^(defaults|silent|loud|remount|r?ro|r?rw|r?(no)?(suid|dev|exec)|r?bind|r?(shared|slave|private|unbindable)|r?(no|rel|strict)?atime|r?(no)?diratime|(no)?(mand|iversion|lazytime|relatime|strictatime)|async|symfollow)$/;

/** Reads a mount's options: a warning for what is not done, an error where the guest would have another's files. */
export function checkMountOptions(mount: Mount, input: GrantInput, field: string): void {
  const { options = [] } = mount;
  for (const name of ["uidMappings", "gidMappings"] as const)
    if (!asksForNothing(mount[name])) throw mapped(`${field}.${name}`);
  options.forEach((option, index) =>
    checkOption(option, { mount, input, field: `${field}.options[${index}]` }),
  );
}

interface Place {
  readonly mount: Mount;
  readonly input: GrantInput;
  readonly field: string;
}

function checkOption(option: string, { mount, input, field }: Place): void {
  if (unneeded.test(option)) return;
  if (/^r?idmap(=|$)/.test(option)) throw mapped(field);
  const isMemory = mount.type === "tmpfs" || mount.type === "ramfs";
  if (isMemory && /^(mode|uid|gid)=/.test(option))
    return input.remarks.drop(field, `${quote(option)}: a temporary directory is the caller's alone`);
  if (isMemory && /^(size|nr_inodes|nr_blocks)=/.test(option))
    return input.remarks.warn(field, `${quote(option)}: a temporary directory has no limit of its own`);
  return input.remarks.warn(field, `${quote(option)} is not done by the embedded sandbox`);
}

function mapped(field: string): WrunError {
  return new WrunError("unsupported", `${field}: only the kernel sandbox can map the ids of a mount`);
}
