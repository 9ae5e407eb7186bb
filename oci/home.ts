import type { Probe } from "./probe.ts";

const passwd = "/etc/passwd";
/** PATH_MAX: what is longer is no directory's name. */
const mostLength = 4096;

/** The home of a user, as crun and runc find it: in the image's own user database, else `/`. */
export function homeOf(uid: number, probe: Probe): string {
  for (const line of probe.text(passwd)?.split("\n") ?? []) {
    // passwd(5): name:password:uid:gid:comment:home:shell
    const [, , id, , , home = ""] = line.split(":");
    if (id === String(uid)) return home.startsWith("/") && home.length < mostLength ? home : "/";
  }
  return "/";
}
