import { WrunError } from "../../oci/error.ts";

/** Where a process of a container is in its life. Only what has stopped has an exit status. */
export type Lifecycle =
  | { readonly status: "created" | "running" | "paused" }
  | { readonly status: "stopped"; readonly exitStatus: number; readonly exitedAt: Date };

/** What can be done with a process, and what can happen to it. */
export type Move = "start" | "exec" | "kill" | "pause" | "resume" | "resize" | "delete";

const allowed = {
  created: ["start", "exec", "kill", "resize", "delete"],
  running: ["exec", "kill", "pause", "resize"],
  paused: ["kill", "resume", "resize"],
  stopped: ["delete"],
} as const satisfies Record<Lifecycle["status"], readonly Move[]>;

/** Throws where `move` cannot be made now; `what` names the process in the message. */
export function checkMove(move: Move, { status }: Lifecycle, what: string): void {
  if ((allowed[status] as readonly Move[]).includes(move)) return;
  // containerd takes a kill that comes too late for done, and knows it by this code.
  if (move === "kill") throw new WrunError("not-found", `${what}: process already finished`);
  throw new WrunError("precondition", `cannot ${move} ${what}: it is ${status}`);
}
