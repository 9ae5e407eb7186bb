import { wrun } from "../../wrun.ts";
import type { Got, MonitorProcess, Subscriber } from "./monitor-process.ts";

/** A crowd of containers, each of which lives a whole life. */
export interface Crowd {
  readonly address: string;
  readonly bundle: string;
  readonly root: string;
  readonly lives: number;
  /** So many live at a time. */
  readonly atATime: number;
}

/** The name of each life. */
export function nameOf(index: number): string {
  return `life-${index}`;
}

/** Lets them all live: run, with an exit code of 7. Calls `lived` after each. */
export async function liveAll(crowd: Crowd, lived: (count: number) => void): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", WRUN_EVENTS: crowd.address };
  let next = 0;
  let done = 0;
  const liveOn = async (): Promise<void> => {
    for (let index = next++; index < crowd.lives; index = next++) {
      const front = [wrun, "--sandbox", "embedded", "--root", crowd.root];
      const life = Bun.spawn([...front, "run", "--bundle", crowd.bundle, nameOf(index)], {
        env,
        stdio: ["ignore", "ignore", "ignore"],
      });
      const code = await life.exited;
      if (code !== 7) throw new Error(`${nameOf(index)} ended with ${code}`);
      lived(++done);
    }
  };
  await Promise.all(Array.from({ length: crowd.atATime }, liveOn));
}

/** A subscriber that is lost again and again, and comes back with what it has seen last. */
export class Returning {
  readonly got: Got[] = [];
  readonly #monitor: MonitorProcess;
  readonly #pauseMs: number;
  #now: Subscriber | undefined;
  #ended = false;

  /** `pauseMs`: how long it takes for each event. */
  constructor(monitor: MonitorProcess, pauseMs = 0) {
    this.#monitor = monitor;
    this.#pauseMs = pauseMs;
    void this.#follow();
  }

  /** Loses the connection, as a crash does: what was on its way is gone. */
  crash(): void {
    this.#now?.close();
  }

  end(): void {
    this.#ended = true;
    this.crash();
  }

  async #follow(): Promise<void> {
    while (!this.#ended) {
      const subscriber = this.#monitor.subscribe(this.got.at(-1)?.place ?? "0").slow(this.#pauseMs);
      subscriber.into(this.got);
      this.#now = subscriber;
      await subscriber.ended;
      await Bun.sleep(50);
    }
  }
}

/** What is wrong with what a subscriber got of a crowd, in a line each: nothing, where all was told once and in order. */
export function wrongs(events: readonly Got[], lives: number): string[] {
  const life = [
    "/tasks/create",
    "/tasks/start",
    "/wrun/module",
    "/wrun/exit",
    "/tasks/exit",
    "/tasks/delete",
  ];
  const places = new Set(events.map(({ place }) => place));
  const stories = new Map<string, string[]>();
  for (const { topic, event } of events) {
    const id = String(event["containerId"]);
    stories.set(id, [...(stories.get(id) ?? []), topic]);
  }
  const told = Array.from({ length: lives }, (_, index) => nameOf(index)).filter(
    (name) => stories.get(name)?.join() !== life.join(),
  );
  return [
    ...(places.size === events.length ? [] : [`${events.length - places.size} events came twice`]),
    ...told.map((name) => `${name}: ${stories.get(name)?.join(" ") ?? "nothing"}`),
  ];
}
