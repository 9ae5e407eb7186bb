/** Where a hierarchy of cgroups can be read: a line of /proc/self/mountinfo (proc(5)). */
export interface CgroupMount {
  /** cgroup v1: those of the hierarchy, among its other options. Empty: the hierarchy of v2. */
  readonly controllers: readonly string[];
  /** The cgroup that is mounted, seen from our own cgroup namespace. */
  readonly root: string;
  readonly point: string;
}

/** Finds the cgroup file systems in the text of /proc/self/mountinfo. */
export function parseCgroupMounts(text: string): readonly CgroupMount[] {
  return text.split("\n").flatMap((line) => {
    if (!line.includes(" - cgroup")) return [];
    const [before = "", after = ""] = line.split(" - ", 2);
    const [, , , root, point] = before.split(" ");
    const [type, , options = ""] = after.split(" ");
    if (root === undefined || point === undefined || (type !== "cgroup" && type !== "cgroup2")) return [];
    const controllers = type === "cgroup" ? options.split(",") : [];
    return [{ controllers, root: unescaped(root), point: unescaped(point) }];
  });
}

// Blanks and backslashes stand as three octal digits.
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
