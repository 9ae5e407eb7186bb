import { readFileSync } from "node:fs";
import { afterAll } from "bun:test";
import { containerd as tasks } from "../../../proto/gen/events.js";
import { containerd, wrun as ours } from "../../../proto/gen/monitor.js";
import { GrpcClient } from "../../../shim/transport/grpc/client.ts";
import { wrun } from "../../wrun.ts";
import { until } from "../containers.ts";

const { Envelope } = containerd.types;
const { SubscribeRequest } = containerd.services.events.v1;
const messages: Readonly<Record<string, { decode(bytes: Uint8Array): object }>> = {
  ...tasks.events,
  Module: ours.events.v1.Module,
  Exit: ours.events.v1.Exit,
};

// Benchmarks use this file too, and end by themselves what they start. `bun test` sets the variable.
function atEnd(close: () => unknown): void {
  if (process.env["NODE_ENV"] === "test") afterAll(async () => void (await close()));
}

/** An event that a subscriber got, its message decoded. */
export interface Got {
  readonly topic: string;
  readonly namespace: string;
  /** `SECONDS.NANOS`: where a subscriber that comes back goes on. */
  readonly place: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** `wrun monitor` as its users run it, ended with the test file. */
export class MonitorProcess {
  readonly address: string;
  readonly socket: string;
  readonly #args: readonly string[];
  readonly #command: (command: readonly string[]) => readonly string[];
  process: Bun.Subprocess<"ignore", "ignore", "pipe"> | undefined;
  log = "";

  constructor(
    socket: string,
    args: readonly string[] = [],
    command: (command: readonly string[]) => readonly string[] = (same) => same,
  ) {
    this.socket = socket;
    this.address = `unix://${socket}`;
    this.#args = args;
    this.#command = command;
    atEnd(() => this.kill());
  }

  /** Starts it, and waits until it serves. */
  async start(env: Record<string, string> = {}): Promise<this> {
    const command = this.#command([wrun, "monitor", "--listen", this.address, ...this.#args]);
    const process_ = Bun.spawn([...command], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      env: { PATH: process.env["PATH"] ?? "", ...env },
    });
    this.process = process_;
    this.log = "";
    void this.#read(process_.stderr);
    const serves = (): boolean => this.log.includes("monitoring at");
    await until(
      "the monitor serves",
      () => serves() || process_.exitCode !== null,
      () => this.log,
    );
    if (process_.exitCode !== null) throw new Error(this.log);
    return this;
  }

  /** Ends it as systemd does. */
  async stop(): Promise<number> {
    this.#signal("SIGTERM");
    return (await this.process?.exited) ?? -1;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.process?.exited;
  }

  subscribe(since: string | undefined = "0", filters: readonly string[] = []): Subscriber {
    return new Subscriber(this.socket, { since, filters });
  }

  // What enters other namespaces has the monitor as its child, and waits for it.
  #signal(signal: "SIGTERM" | "SIGKILL"): void {
    const pid = this.process?.exitCode === null ? this.process.pid : undefined;
    if (pid === undefined) return;
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    process.kill(child === undefined || child === "" ? pid : Number(child), signal);
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) this.log += decoder.decode(bytes, { stream: true });
  }
}

/** Whoever follows the events, until close(). */
export class Subscriber {
  got: Got[] = [];
  /** The error that it ended with. */
  problem: Error | undefined;
  readonly ended: Promise<void>;
  readonly #client: GrpcClient;
  readonly #socket: string;
  readonly #filters: readonly string[];
  #pauseMs = 0;
  #closed = false;

  constructor(
    socket: string,
    { since, filters }: { readonly since: string | undefined; readonly filters: readonly string[] },
  ) {
    this.#socket = socket;
    this.#filters = filters;
    this.#client = new GrpcClient(socket);
    this.ended = this.#follow(since, filters);
    atEnd(() => this.close());
  }

  /** Takes this long for each event, in milliseconds. */
  slow(milliseconds: number): this {
    this.#pauseMs = milliseconds;
    return this;
  }

  /** Puts what comes into a list of somebody's. */
  into(list: Got[]): this {
    list.push(...this.got);
    this.got = list;
    return this;
  }

  close(): void {
    this.#closed = true;
    this.#client.close();
  }

  /** Waits for `count` events that fit. */
  async want(count: number, fits: (got: Got) => boolean = () => true): Promise<Got[]> {
    try {
      await until(`${count} events have come`, () => {
        if (this.problem !== undefined) throw this.problem;
        return this.got.filter(fits).length >= count;
      });
    } catch (error) {
      throw new Error(await this.#explain(), { cause: error });
    }
    return this.got.filter(fits);
  }

  // Whether the monitor knows more than has come here.
  async #explain(): Promise<string> {
    const fresh = new Subscriber(this.#socket, { since: "0", filters: this.#filters });
    await Bun.sleep(1000);
    fresh.close();
    return `${story(this.got).join(", ")} came in vain; a fresh subscriber got ${story(fresh.got).join(", ")}`;
  }

  async #follow(since: string | undefined, filters: readonly string[]): Promise<void> {
    const payload = SubscribeRequest.encode({ filters: [...filters] }).finish();
    const target = { service: "containerd.services.events.v1.Events", method: "Subscribe", payload };
    const metadata = new Map(since === undefined ? [] : [["wrun-since", [since]]]);
    try {
      for await (const bytes of this.#client.stream(target, { metadata })) {
        if (this.#closed) return;
        this.got.push(gotOf(bytes));
        if (this.#pauseMs > 0) await Bun.sleep(this.#pauseMs);
      }
    } catch (error) {
      if (!this.#closed) this.problem = error as Error;
    }
  }
}

function gotOf(bytes: Uint8Array): Got {
  const { timestamp, namespace, topic, event } = Envelope.decode(bytes);
  const name = (event?.type_url ?? "").split(".").at(-1) ?? "";
  return {
    topic,
    namespace,
    place: `${timestamp?.seconds}.${String(timestamp?.nanos ?? 0).padStart(9, "0")}`,
    event: { ...messages[name]?.decode(event?.value ?? new Uint8Array()) },
  };
}

/** The topics of a container's events, each with what tells most: codes and reasons. */
export function story(events: readonly Got[], id?: string): string[] {
  return events
    .filter(({ event }) => id === undefined || event["containerId"] === id)
    .map(({ topic, event }) => {
      const words = [event["exitStatus"], event["reason"], event["trapReason"]];
      return [topic, ...words.filter((word) => word !== undefined && word !== "")].join(" ");
    });
}
