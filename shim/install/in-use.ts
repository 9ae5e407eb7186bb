import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Whether a process runs from `folder`, or a container has it mounted. Its files must stay then: the engine of
 * an `exec` is started from them. mountinfo(5) tells the folder as a path within its file system (field 4),
 * so it is known by its last part; and so is a program, as an installer may have the host's root elsewhere.
 */
export function isInUse(folder: string): boolean {
  const name = folder.slice(folder.lastIndexOf("/"));
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .some((pid) => mounts(pid).some((root) => root.endsWith(name)) || program(pid).includes(`${name}/`));
}

function mounts(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, "latin1")
      .split("\n")
      .map((line) => line.split(" ")[3] ?? "");
  } catch {
    return [];
  }
}

function program(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}
