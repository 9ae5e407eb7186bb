import { WrunError } from "../oci/error.ts";

/** A container's name, checked: safe as one file name. */
export type ContainerId = string & { readonly __brand: "ContainerId" };

// runc's alphabet. NAME_MAX bounds it: the id names a folder.
const shape = /^[A-Za-z0-9_+.-]{1,255}$/;

/** Parses the id that a caller gave. */
export function parseContainerId(text: string): ContainerId {
  if (shape.test(text) && text !== "." && text !== "..") return text as ContainerId;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new WrunError(
    "invalid",
    `invalid container id ${shown}: write 1 to 255 of the characters A-Z a-z 0-9 _ + . -`,
  );
}
