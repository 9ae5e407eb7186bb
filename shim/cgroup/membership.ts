/** A process's place in one hierarchy of cgroups: a line of /proc/PID/cgroup (cgroups(7)). */
export interface Membership {
  /** cgroup v1: those of the hierarchy. Empty: the hierarchy of v2. */
  readonly controllers: readonly string[];
  /** Seen from the reader's own cgroup namespace; begins with `/..` where it lies outside. */
  readonly path: string;
}

/**
 * Parses the text of /proc/PID/cgroup: `ID:CONTROLLERS:PATH`, where PATH may hold colons. Hierarchies of v1 without
 * a controller (`name=systemd`) count nothing, and are left out.
 */
export function parseMembership(text: string): readonly Membership[] {
  return text.split("\n").flatMap((line) => {
    const [, names, path = ""] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined) return [];
    const controllers = names.split(",").filter((name) => name !== "" && !name.startsWith("name="));
    if (controllers.length === 0 && names !== "") return [];
    return [{ controllers, path: path.replace(/ \(deleted\)$/, "") }];
  });
}
