import { expect, test } from "bun:test";
import { WrunError } from "../../../oci/error.ts";
import { checkMove, type Lifecycle, type Move } from "../../../shim/task/lifecycle.ts";

const states: readonly Lifecycle[] = [
  { status: "created" },
  { status: "running" },
  { status: "paused" },
  { status: "stopped", exitStatus: 0, exitedAt: new Date(0) },
];
const moves: readonly Move[] = ["start", "exec", "kill", "pause", "resume", "resize", "delete"];

function refused(move: Move, lifecycle: Lifecycle): string {
  try {
    checkMove(move, lifecycle, "container a");
    return "-";
  } catch (error) {
    return error instanceof WrunError ? error.code : String(error);
  }
}

test("checkMove() lets each state's moves pass, and refuses the others", () => {
  const table = Object.fromEntries(
    states.map((state) => [state.status, moves.filter((move) => refused(move, state) === "-").join(" ")]),
  );
  expect(table).toEqual({
    created: "start exec kill resize delete",
    running: "exec kill pause resize",
    paused: "kill resume resize",
    stopped: "delete",
  });
});

test("checkMove() says what is wrong; a kill that comes too late is not found", () => {
  expect(() => checkMove("start", { status: "running" }, "container a")).toThrow(
    "cannot start container a: it is running",
  );
  const stopped = states[3] ?? { status: "created" };
  expect(() => checkMove("kill", stopped, "container a")).toThrow("container a: process already finished");
  expect([refused("start", stopped), refused("kill", stopped)]).toEqual(["precondition", "not-found"]);
});
