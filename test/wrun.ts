import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "bun:test";

/** The built executable: tests run what users run. */
export const wrun = new URL("../dist/wrun", import.meta.url).pathname;

/** The executable that it starts: what an installation copies. */
export const executable = new URL("../dist/lib/wrun", import.meta.url).pathname;

/** How a program ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test may say about a run. `env` is the whole environment. */
export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Runs a command to its end, at most 50 s. */
export function run(command: readonly string[], options: RunOptions = {}): Ended {
  const result = Bun.spawnSync([...command], {
    stdin: new TextEncoder().encode(options.stdin ?? ""),
    stdout: "pipe",
    stderr: "pipe",
    env: options.env ?? { PATH: process.env["PATH"] ?? "" },
    timeout: 50_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  return {
    code: result.exitCode,
    signal: result.signalCode === undefined ? null : String(result.signalCode),
    stdout: result.stdout.toString(),
    stderr: result.stderr.toString(),
  };
}

/** A new directory that is removed when the test file has ended. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "wrun-test-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
