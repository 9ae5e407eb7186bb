import { WrunError } from "../../oci/error.ts";
import type { Cgroup } from "./cgroup.ts";
import { findCgroup } from "./find-cgroup.ts";
import { metricsOf, type TypedMessage } from "./metrics.ts";
import { type OomWatch, watchOom } from "./watch-oom.ts";

/** What a container uses, from its creation on. */
export class Usage implements Disposable {
  readonly #cgroup: Cgroup | undefined;
  #oom: OomWatch | undefined;

  /** `pid` is the container's first process. */
  constructor(pid: number) {
    this.#cgroup = cgroupOf(pid);
  }

  /** The counts of now. */
  metrics(): TypedMessage {
    if (this.#cgroup === undefined) throw new WrunError("not-found", "the container has no cgroup");
    return metricsOf(this.#cgroup);
  }

  /** Calls `onOom` for each OOM kill from now on. */
  watch(onOom: () => void): void {
    if (this.#cgroup !== undefined) this.#oom = watchOom(this.#cgroup, onOom);
  }

  /** A process has ended: an OOM kill that it may have ended by is told at once. */
  check(): void {
    this.#oom?.check();
  }

  [Symbol.dispose](): void {
    this.#oom?.[Symbol.dispose]();
  }
}

// A container without one, or whose process is dead already, is a container all the same.
function cgroupOf(pid: number): Cgroup | undefined {
  try {
    return findCgroup(pid);
  } catch {
    return undefined;
  }
}
