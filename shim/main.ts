/** Runs the host program's verbs and returns the process's exit code. */
export function runShim(argv: readonly string[]): number {
  return argv.length;
}
