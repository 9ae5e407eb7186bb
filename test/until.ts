import { inspect } from "node:util";
import timeouts from "./timeouts.json" with { type: "json" };

/**
 * After so many milliseconds something that did not happen counts as hung: far longer than any slow machine needs.
 * scripts/test.mjs gives a whole test twice this time, so that what was awaited is reported first.
 */
export const hangTimeoutMs: number = timeouts.hangMs;

const pollIntervalMs = 10;

/** Waits until `condition` holds. Throws after `hangTimeoutMs`, with what was awaited and, where it is given, the `state`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  state?: () => unknown,
): Promise<void> {
  const end = performance.now() + hangTimeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(complaint(what, state));
    await Bun.sleep(pollIntervalMs);
  }
}

function complaint(what: string, state: (() => unknown) | undefined): string {
  const shown = state === undefined ? "" : `: ${inspect(state(), { depth: 5, breakLength: 120 })}`;
  return `waited ${hangTimeoutMs / 1000} s in vain until ${what}${shown}`;
}
