import { native } from "../../../native/native.ts";
import { containerd } from "../../../proto/gen/events.js";
import { eventsService } from "../../../shim/transport/events.ts";
import { Listener } from "../../../shim/transport/listener.ts";
import { SocketStream } from "../../../shim/transport/socket-stream.ts";
import { hangTimeoutMs } from "../../until.ts";
import { TtrpcServer } from "../../../shim/transport/ttrpc/server.ts";

const {
  TaskCreate,
  TaskStart,
  TaskExit,
  TaskDelete,
  TaskOOM,
  TaskExecAdded,
  TaskExecStarted,
  TaskPaused,
  TaskResumed,
} = containerd.events;

const types = {
  TaskCreate,
  TaskStart,
  TaskExit,
  TaskDelete,
  TaskOOM,
  TaskExecAdded,
  TaskExecStarted,
  TaskPaused,
  TaskResumed,
} as const;

/** An event as a shim told it. */
export interface Told {
  readonly topic: string;
  readonly namespace: string;
  readonly containerId: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** containerd's side of the events: a socket that takes them and keeps them. */
export class EventSink {
  readonly told: Told[] = [];
  #came = Promise.withResolvers<void>();
  readonly #listener: Listener;
  readonly #server: TtrpcServer;

  constructor(socket: string) {
    this.#server = new TtrpcServer([
      eventsService({
        forward: ({ envelope }) => {
          this.#take(envelope);
          return {};
        },
      }),
    ]);
    const fd = native.listen(1, socket, 0, 64);
    if (fd < 0) throw new Error(`cannot listen at ${socket}: ${fd}`);
    this.#listener = new Listener(fd, (connection) => void this.#server.serve(new SocketStream(connection)));
    void this.#listener.run();
  }

  /** What has been told of one container so far. */
  of(containerId: string): readonly Told[] {
    return this.told.filter((each) => each.containerId === containerId);
  }

  /** The topics of what has been told of one container, up to one of `last`. */
  async topicsOf(containerId: string, last: string): Promise<string[]> {
    const topics = (): string[] => this.of(containerId).map(({ topic }) => topic);
    await this.until(`${last} of ${containerId} has come`, () => topics().includes(last));
    return topics();
  }

  /** Resolves when `condition` holds, which is asked after each event; throws when none comes for `hangTimeoutMs`. */
  async until(what: string, condition: () => boolean): Promise<void> {
    while (!condition()) {
      const silence = Promise.withResolvers<void>();
      const timer = setTimeout(
        () => silence.reject(new Error(`no event for ${hangTimeoutMs / 1000} s until ${what}`)),
        hangTimeoutMs,
      );
      await Promise.race([this.#came.promise, silence.promise]);
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#listener.close();
    await this.#server.close();
  }

  #take(envelope: containerd.types.Envelope.$Properties | null | undefined): void {
    const { topic = "", namespace = "", event } = envelope ?? {};
    const name = (event?.type_url ?? "").replace(/^containerd\.events\./, "");
    const type = Object.entries(types).find(([each]) => each === name)?.[1];
    if (type === undefined) throw new Error(`an event of the type ${event?.type_url}`);
    const message = type.decode(event?.value ?? new Uint8Array());
    this.told.push({
      topic: topic ?? "",
      namespace: namespace ?? "",
      containerId: message.containerId,
      fields: Object.fromEntries(Object.entries(message)),
    });
    this.#came.resolve();
    this.#came = Promise.withResolvers();
  }
}
