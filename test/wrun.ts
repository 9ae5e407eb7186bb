import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "bun:test";
import { hangTimeoutMs } from "./until.ts";

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

/** Runs a command to its end. Throws where it does not end within `hangTimeoutMs`, with what it has printed. */
export function run(command: readonly string[], options: RunOptions = {}): Ended {
  const result = Bun.spawnSync([...command], {
    stdin: new TextEncoder().encode(options.stdin ?? ""),
    stdout: "pipe",
    stderr: "pipe",
    env: options.env ?? { PATH: process.env["PATH"] ?? "" },
    timeout: hangTimeoutMs,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (result.exitedDueToTimeout === true)
    throw hungError(command, `${result.stdout.toString()}${result.stderr.toString()}`);
  return {
    code: result.exitCode,
    signal: result.signalCode === undefined ? null : String(result.signalCode),
    stdout: result.stdout.toString(),
    stderr: result.stderr.toString(),
  };
}

/** The error of a test whose command did not end. */
export function hungError(command: readonly string[], output: string): Error {
  return new Error(`still running after ${hangTimeoutMs / 1000} s: ${command.join(" ")}\n${output}`);
}

/** A new directory that is removed when the test file has ended. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "wrun-test-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
