import { WrunError } from "./error.ts";

const most = 1024;

/**
 * How many sockets a service manager passes to us, from descriptor 3 on (sd_listen_fds(3)). Podman writes
 * LISTEN_PID=1 for the container to be, systemd our own pid; another pid means that they are not for us.
 */
export function listenFds(environ: readonly string[], pid: number): number {
  const text = valueOf(environ, "LISTEN_FDS");
  const owner = valueOf(environ, "LISTEN_PID");
  if (text === undefined || !(owner === undefined || owner === "1" || owner === String(pid))) return 0;
  const count = /^\d{1,5}$/.test(text) ? Number(text) : most + 1;
  if (count <= most) return count;
  throw new WrunError("invalid", `LISTEN_FDS is not a count up to ${most}`);
}

function valueOf(environ: readonly string[], name: string): string | undefined {
  return environ.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}
