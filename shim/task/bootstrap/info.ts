/** `-info`. */
export function printInfo(): number {
  throw new Error("-info is not there yet");
}
