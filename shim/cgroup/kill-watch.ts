import { native } from "../../native/native.ts";
import { closeWatched, forget, ready, whenReady } from "../host/readiness.ts";
import type { KillCount } from "./kill-count.ts";
import type { OomWatch } from "./watch-oom.ts";

/** What is watched, and who is told. */
export interface KillWatchOptions {
  readonly count: KillCount;
  readonly onOom: () => void;
  /**
   * cgroup v1's word that memory has run out. In v2 the file of the count is pollable itself: POLLPRI says that it has
   * changed since it was read.
   */
  readonly eventfd?: number;
}

/** When to look again, in milliseconds: v1 gives its word before it kills, and to all cgroups beneath the one at its limit. */
const again = [2, 20, 200];

/** Tells of each rise of a kill count. */
export class KillWatch implements OomWatch {
  readonly #options: KillWatchOptions;
  #open = true;
  #later: NodeJS.Timeout | undefined;

  constructor(options: KillWatchOptions) {
    this.#options = options;
    // Where the kernel has no room to watch it, check() alone finds what there is.
    this.#watch().catch(() => undefined);
  }

  check(): void {
    if (this.#open) this.#look();
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    const { count, eventfd } = this.#options;
    this.#open = false;
    clearTimeout(this.#later);
    forget(count.fd);
    count[Symbol.dispose]();
    if (eventfd !== undefined) closeWatched(eventfd);
  }

  async #watch(): Promise<void> {
    const { count, eventfd } = this.#options;
    const [fd, events] = eventfd === undefined ? [count.fd, ready.priority] : [eventfd, ready.read];
    for (let goesOn = true; goesOn;) {
      await whenReady(fd, events);
      if (!this.#open) return;
      if (eventfd !== undefined) native.read(eventfd, new ArrayBuffer(8), 0, 8);
      goesOn = this.#woken();
    }
  }

  /** Whether the cgroup is still there. */
  #woken(): boolean {
    const change = this.#look();
    if (change === "uncounted") this.#options.onOom();
    if (change === "same" && this.#options.eventfd !== undefined) this.#lookLater(again);
    return change !== "gone";
  }

  #look(): ReturnType<KillCount["change"]> {
    const change = this.#options.count.change();
    if (change === "risen") this.#options.onOom();
    return change;
  }

  #lookLater([delay, ...more]: readonly number[]): void {
    clearTimeout(this.#later);
    if (delay === undefined) return;
    this.#later = setTimeout(() => {
      if (this.#look() === "same") this.#lookLater(more);
    }, delay);
  }
}
