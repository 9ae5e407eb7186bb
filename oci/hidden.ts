import type { GuestPath } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { sound } from "./grant-process.ts";
import { isWithin, normalized } from "./guest-path.ts";
import { show } from "./note.ts";

/** Guest paths that are never visible. A path beneath a hidden one needs no entry of its own. */
export class Hidden {
  #paths: GuestPath[] = [];

  add(path: GuestPath): void {
    if (this.covers(path)) return;
    this.#paths = [...this.#paths.filter((other) => !isWithin(other, path)), path];
  }

  covers(path: GuestPath): boolean {
    return this.#paths.some((hidden) => isWithin(path, hidden));
  }

  list(): readonly GuestPath[] {
    return this.#paths;
  }
}

/** Hides maskedPaths. `place` gives a path of config.json its final form. */
export function hideMaskedPaths(input: GrantInput, hidden: Hidden, place: (path: string) => GuestPath): void {
  (input.spec.linux?.maskedPaths ?? []).forEach((path, index) => {
    const field = `linux.maskedPaths[${index}]`;
    const masked = visible(sound(path, field), hidden, place);
    if (masked === undefined) return;
    hidden.add(masked);
    input.remarks.drop(field, `${show(masked)} is hidden`);
  });
}

/** The readonlyPaths that the guest can see at all. */
export function readonlyPaths(
  input: GrantInput,
  hidden: Hidden,
  place: (path: string) => GuestPath,
): GuestPath[] {
  const paths = new Set<GuestPath>();
  (input.spec.linux?.readonlyPaths ?? []).forEach((path, index) => {
    const field = `linux.readonlyPaths[${index}]`;
    const readonly = visible(sound(path, field), hidden, place);
    if (readonly === undefined) return;
    paths.add(readonly);
    input.remarks.grant(field, `${show(readonly)} read-only`);
  });
  return [...paths];
}

// The final form of a path, if it is not hidden. Hidden paths have theirs already, so that what lies beneath
// one by its name alone need not be looked for: that is nearly all of them.
function visible(path: string, hidden: Hidden, place: (path: string) => GuestPath): GuestPath | undefined {
  if (hidden.covers(normalized(path))) return undefined;
  const placed = place(path);
  return hidden.covers(placed) ? undefined : placed;
}
