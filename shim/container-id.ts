import { WrunError } from "../oci/error.ts";

/** A container's name, checked: safe as one file name. */
export type ContainerId = string & { readonly __brand: "ContainerId" };

// runc's alphabet. NAME_MAX bounds it: the id names a folder.
const shape = /^[A-Za-z0-9_+.-]{1,255}$/;

/** Whether `text` can be a container's name. */
export function isContainerId(text: string): text is ContainerId {
  return shape.test(text) && text !== "." && text !== "..";
}

/** Parses the id that a caller gave. */
export function parseContainerId(text: string): ContainerId {
  if (isContainerId(text)) return text;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new WrunError(
    "invalid",
    `invalid container id ${shown}: write 1 to 255 of the characters A-Z a-z 0-9 _ + . -`,
  );
}
