import { expect, test } from "bun:test";
import { hangTimeoutMs } from "../until.ts";
import { temporaryDirectory } from "../wrun.ts";

// FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer.
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_412);
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 2000);

const namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation"];
const folder = temporaryDirectory();
const script = `mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs ${folder} && exec "$@"`;
const inside = (command: readonly string[]) => [
  ...namespaces,
  "private",
  "sh",
  "-c",
  script,
  "sh",
  ...command,
];
const canUnshare = Bun.spawnSync(inside(["true"]), { stderr: "ignore" }).exitCode === 0;
if (!canUnshare) console.log("the Task service is not fuzzed: that needs root, and namespaces of its own");

interface Outcome {
  /** Calls by their code. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly strange: readonly string[];
  readonly leftFiles: number;
  readonly leftMounts: number;
  readonly lives: number;
  readonly isEmpty: boolean;
}

test.skipIf(!canUnshare)(
  `the Task service answers whatever it is asked with a code, and lives on (${rounds} requests)`,
  () => {
    const driver = new URL("task-calls.ts", import.meta.url).pathname;
    const ended = Bun.spawnSync(inside([process.execPath, driver, folder, `${seed}`, `${rounds}`]), {
      stdin: "ignore",
      timeout: hangTimeoutMs,
    });
    expect([ended.exitCode, ended.stderr.toString()]).toEqual([0, ""]);
    const { outcomes, ...rest } = JSON.parse(ended.stdout.toString()) as Outcome;
    expect({ seed, ...rest }).toEqual({
      seed,
      strange: [],
      leftFiles: 0,
      leftMounts: 0,
      lives: 5,
      isEmpty: true,
    });
    // Done, wrong argument, not found, exists, wrong state, not implemented: all of them must have been seen.
    for (const code of [0, 3, 5, 6, 9, 12]) expect([code, (outcomes[code] ?? 0) > 0]).toEqual([code, true]);
  },
);
