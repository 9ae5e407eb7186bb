import type { GuestPath } from "./grant.ts";
import { normalized } from "./guest-path.ts";
import type { Probe } from "./probe.ts";
import { isBind } from "./mount-kind.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";

/** How many words of process.args an engine's init takes: its path and `--`. */
export const initWords = 2;

/**
 * Where engines mount an init of the host's for `--init`, and `"init": true` in Docker's daemon.json: Podman (today, and in older
 * versions), Docker, nerdctl (`/sbin/` and the name of `--init-binary`). A program mounted elsewhere is the container's own: it
 * may well be an interpreter of wasm.
 */
const initPaths: ReadonlySet<string> = new Set([
  "/run/podman-init",
  "/dev/init",
  "/sbin/docker-init",
  "/sbin/tini",
  "/sbin/tini-static",
  "/sbin/catatonit",
  "/sbin/dumb-init",
]);

/**
 * The init that the engine has put before the entrypoint (`[init, "--", entrypoint, …]`); undefined where there is none. It must
 * be a program of the host, bound there by config.json: an image may have one of its own at the same path.
 */
export function engineInit({ process, mounts = [] }: RuntimeSpec, probe: Probe): GuestPath | undefined {
  const [path = "", separator, entrypoint] = process?.args ?? [];
  if (separator !== "--" || entrypoint === undefined || !initPaths.has(path)) return undefined;
  if (!mounts.some((mount) => isBind(mount) && normalized(mount.destination) === path)) return undefined;
  const found = probe.lookup(path);
  return found?.kind === "file" && found.isMount && found.executable && found.looks === "elf"
    ? path
    : undefined;
}
