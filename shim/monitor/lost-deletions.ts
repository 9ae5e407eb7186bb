import { statSync } from "node:fs";
import type { Life } from "./life.ts";
import { defaultSweep, type SweepOptions } from "./sweep-spool.ts";

/**
 * Finds containers that are no more although no record says so: the launcher was killed after the low-level runtime had
 * deleted them. Engines remove a bundle once they have deleted its container.
 */
export class LostDeletions {
  readonly #graceMs: number;
  readonly #clockMs: () => number;
  readonly #since = new Map<string, number>();

  constructor(options: SweepOptions = {}) {
    const { graceMs, clockMs } = { ...defaultSweep, ...options };
    this.#graceMs = graceMs;
    this.#clockMs = clockMs;
  }

  /** Of `lives` those that have ended and were without their files at every call for the grace period: a record may be on its way. */
  find(lives: Iterable<Life>): Life[] {
    const nowMs = this.#clockMs();
    const missing = [...lives].filter(isWithoutFiles);
    const names = new Map(missing.map((life) => [`${life.key} ${life.createdAt}`, life]));
    for (const name of this.#since.keys()) if (!names.has(name)) this.#since.delete(name);
    return [...names].flatMap(([name, life]) => {
      const since = this.#since.get(name) ?? nowMs;
      this.#since.set(name, since);
      return nowMs - since >= this.#graceMs && this.#since.delete(name) ? [life] : [];
    });
  }
}

// The report of an embedded container is part of its state, which `delete` removes; its bundle is its caller's.
function isWithoutFiles({ end, told, details: { bundle, report } }: Life): boolean {
  return (
    end !== undefined && told !== true && isMissing(bundle) && (report === undefined || isMissing(report))
  );
}

function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
