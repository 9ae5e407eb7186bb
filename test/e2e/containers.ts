import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hangTimeoutMs } from "../until.ts";
import { hungError, wrun, type Ended } from "../wrun.ts";

export { until } from "../until.ts";

/** `wrun --root …` on a state directory of the test's own. */
export class Containers {
  readonly root: string;

  /** Where the containers are kept. */
  readonly folder: string;

  constructor(root: string) {
    this.root = root;
    this.folder = `${root}/.wrun`;
  }

  /** The command line of a verb. */
  command(...args: readonly string[]): string[] {
    return [wrun, "--root", this.root, "--sandbox", "embedded", ...args];
  }

  /** Runs a verb to its end. It writes to files: a pipe would stay open as long as a container that it leaves. */
  run(args: readonly string[]): Ended {
    const directory = mkdtempSync(join(tmpdir(), "wrun-output-"));
    const paths = [`${directory}/stdout`, `${directory}/stderr`] as const;
    const [stdout, stderr] = [openSync(paths[0], "w"), openSync(paths[1], "w")];
    const env = { PATH: process.env["PATH"] ?? "" };
    const ended = Bun.spawnSync(this.command(...args), {
      stdin: "ignore",
      stdout,
      stderr,
      env,
      timeout: hangTimeoutMs,
    });
    closeSync(stdout);
    closeSync(stderr);
    const [out, err] = [readFileSync(paths[0], "utf8"), readFileSync(paths[1], "utf8")];
    rmSync(directory, { recursive: true });
    if (ended.exitedDueToTimeout === true) throw hungError(this.command(...args), out + err);
    return {
      code: ended.exitCode,
      signal: ended.signalCode === undefined ? null : String(ended.signalCode),
      stdout: out,
      stderr: err,
    };
  }

  /** Runs a verb that must succeed and say nothing but on stdout. */
  ok(...args: readonly string[]): string {
    const { code, stdout, stderr } = this.run(args);
    if (code !== 0 || stderr !== "") throw new Error(`wrun ${args.join(" ")}: ${code} ${stderr}`);
    return stdout;
  }

  state(id: string): State {
    return JSON.parse(this.ok("state", id)) as State;
  }

  /** What stands where the containers are kept. */
  left(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder) : [];
  }

  /** The processes that name this state directory. */
  processes(): string[] {
    return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(this.root));
  }

  /** Kills what a failed test has left. */
  clean(): void {
    for (const id of this.left()) this.run(["delete", "--force", id]);
  }
}

/** The OCI state. */
export interface State {
  readonly ociVersion: string;
  readonly id: string;
  readonly pid: number;
  readonly status: string;
  readonly bundle: string;
  readonly rootfs: string;
  readonly created: string;
  readonly annotations: Record<string, string>;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
