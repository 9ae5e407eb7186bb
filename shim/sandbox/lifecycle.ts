import { WrunError } from "../../oci/error.ts";
import type { GuestEnd } from "../../oci/report.ts";

/** Where in its life a container is. Only a stopped one can have an end; only the others have a process. */
export type Lifecycle =
  | { readonly status: "creating"; readonly pid: number }
  | { readonly status: "created"; readonly pid: number }
  | { readonly status: "running"; readonly pid: number }
  | { readonly status: "stopped"; readonly end: GuestEnd | undefined };

/** What can be done to a container. */
export type Move = "start" | "kill" | "delete";

// `delete` of one that was created and never started kills it first, as crun does. A caller that holds the
// lock and still sees `creating` sees what a creator that was killed has left.
const allowed = {
  creating: ["delete"],
  created: ["start", "kill", "delete"],
  running: ["kill"],
  stopped: ["delete"],
} as const satisfies Record<Lifecycle["status"], readonly Move[]>;

/** Throws where `move` is not possible now. */
export function checkMove(id: string, life: Lifecycle, move: Move): void {
  if ((allowed[life.status] as readonly Move[]).includes(move)) return;
  throw new WrunError("precondition", refusal(id, life, move));
}

// CRI-O and containerd know a container that is gone by "container not running" or "no such process".
function refusal(id: string, life: Lifecycle, move: Move): string {
  switch (move) {
    case "start":
      return `cannot start container "${id}": it is ${life.status}, not created`;
    case "kill":
      return `cannot signal container "${id}": container not running (no such process): it is ${life.status}`;
    case "delete":
      return `cannot delete container "${id}": it is ${life.status}: kill it first, or use delete --force`;
  }
}
