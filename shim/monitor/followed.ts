import type { ExecLife, Life } from "./life.ts";
import { ProcessWatch, type SeenEnd } from "./process-watch.ts";

/** Who is told what is seen. */
export interface FollowedHandlers {
  oom(key: string): void;
  /** Resolves once it has been told. */
  ended(key: string, seen: SeenEnd): Promise<void>;
  execEnded(key: string, id: string, seen: SeenEnd): Promise<void>;
  /** What should not have happened. */
  failed(error: unknown): void;
}

const patienceMs = 1000;

/** The processes that are watched: those of containers, by their keys, and those of execs. */
export class Followed implements Disposable {
  readonly #handlers: FollowedHandlers;
  readonly #watches = new Map<string, ProcessWatch>();
  readonly #settling = new Map<string, Promise<void>>();
  readonly #gone = new Set<string>();

  constructor(handlers: FollowedHandlers) {
    this.#handlers = handlers;
  }

  /** Watches the process of a container; false where it is gone. */
  follow(life: Life): boolean {
    const { key } = life;
    return this.#watch(
      key,
      life,
      () => this.#handlers.oom(key),
      (seen) => this.#handlers.ended(key, seen),
    );
  }

  /** Watches a process that was executed in a container; false where it is gone. */
  followExec(key: string, id: string, exec: ExecLife): boolean {
    const name = `${key}/${id}`;
    return this.#watch(
      name,
      exec,
      () => undefined,
      (seen) => this.#handlers.execEnded(key, id, seen),
    );
  }

  /** Resolves once the ends of a container's processes, whose deletion is told of, have been seen; or after a second. */
  async settled(key: string): Promise<void> {
    const all = [...this.#settling].filter(([name]) => name === key || name.startsWith(`${key}/`));
    if (all.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([late, Promise.all(all.map(([, settling]) => settling))]);
    clearTimeout(timer);
  }

  /** Whether nobody waits for the traces of this process yet: the caller does from now on. */
  claimGone(key: string, pid: number): boolean {
    const name = `${key}/${pid}`;
    if (this.#gone.has(name)) return false;
    this.#gone.add(name);
    return true;
  }

  /** Looks at every process that is watched. */
  look(): void {
    for (const watch of this.#watches.values()) watch.look();
  }

  memory(key: string): number {
    return this.#watches.get(key)?.memory() ?? 0;
  }

  /** A container is no more. */
  forget(key: string): void {
    for (const name of [...this.#watches.keys(), ...this.#gone])
      if (name === key || name.startsWith(`${key}/`)) {
        this.#watches.get(name)?.[Symbol.dispose]();
        this.#watches.delete(name);
        this.#settling.delete(name);
        this.#gone.delete(name);
      }
  }

  [Symbol.dispose](): void {
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    this.#watches.clear();
  }

  #watch(
    name: string,
    process: { readonly pid: number; readonly startTime: string },
    oom: () => void,
    ended: (seen: SeenEnd) => Promise<void>,
  ): boolean {
    if (this.#watches.has(name)) return true;
    const watch = ProcessWatch.open(process, oom);
    if (watch === undefined) return false;
    this.#watches.set(name, watch);
    const settling = watch.ended
      .then(async (seen) => {
        if (this.#watches.get(name) === watch) await ended(seen);
      })
      .catch((error: unknown) => this.#handlers.failed(error));
    this.#settling.set(name, settling);
    return true;
  }
}
