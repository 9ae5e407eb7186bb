import type { Containerd, Running } from "./containerd.ts";
import { OutputReader } from "./output-reader.ts";

/** One event of containerd's: its topic, and what it says. */
export interface TaskEvent {
  readonly topic: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Follows the task events of a containerd, from when it is opened. */
export class TaskEvents {
  readonly #running: Running;
  readonly #output: OutputReader;

  private constructor(running: Running) {
    this.#running = running;
    this.#output = new OutputReader(running.stdout);
  }

  static async open(containerd: Containerd): Promise<TaskEvents> {
    const events = new TaskEvents(containerd.spawn(containerd.ctrCommand(["events"])));
    // Nothing says that ctr follows already: it is shown new namespaces until it has seen one.
    for (let i = 0; !events.#output.text.includes(`"probe-`); i++) {
      containerd.ok("namespaces", "create", `probe-${i}-${events.#running.pid}`);
      await Promise.race([events.#output.more(), Bun.sleep(50)]);
    }
    return events;
  }

  /** All events of one task, up to the one of its deletion or of `topic`; an exit is that of its first process. */
  async of(id: string, topic = "/tasks/delete"): Promise<TaskEvent[]> {
    const isLast = ({ topic: told, fields }: TaskEvent): boolean =>
      told === topic && fields["container_id"] === id && (topic !== "/tasks/exit" || fields["id"] === id);
    while (!this.#parsed().some(isLast)) {
      if (await this.#output.more()) throw new Error(`no ${topic} of ${id}: ${this.#output.text}`);
    }
    return this.seen(id);
  }

  /** The events of one task that have come so far. */
  seen(id: string): TaskEvent[] {
    return this.#parsed().filter(({ fields }) => fields["container_id"] === id);
  }

  close(): void {
    this.#running.kill();
  }

  // TIMESTAMP (four words) NAMESPACE TOPIC JSON; a last line may be on its way still.
  #parsed(): TaskEvent[] {
    const lines = this.#output.text.split("\n").slice(0, -1);
    return lines.flatMap((line) => {
      const [, topic = "", json = ""] = / (\/tasks\/\S+) (\{.*)$/.exec(line) ?? [];
      return topic === "" ? [] : [{ topic, fields: JSON.parse(json) as Record<string, unknown> }];
    });
  }
}
