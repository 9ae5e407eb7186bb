import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { native } from "../../../native/native.ts";
import { containerd } from "../../../proto/gen/events.js";
import { Publisher } from "../../../shim/task/publisher.ts";
import { shimLog } from "../../../shim/task/shim-log.ts";
import type { TaskEvent } from "../../../shim/task/task-events.ts";
import { eventsService } from "../../../shim/transport/events.ts";
import { Listener } from "../../../shim/transport/listener.ts";
import { sendTo } from "../../../shim/transport/send-event.ts";
import { SocketStream } from "../../../shim/transport/socket-stream.ts";
import { errorOf, statusCode } from "../../../shim/transport/status.ts";
import { TtrpcServer } from "../../../shim/transport/ttrpc/server.ts";
import { temporaryDirectory } from "../../wrun.ts";

const { TaskStart } = containerd.events;
const directory = temporaryDirectory();
const unix = 1;

type Forward = Parameters<typeof eventsService>[0]["forward"];

/** containerd's socket for events, that can be closed and opened again. */
class Socket {
  readonly path: string;
  readonly streams: SocketStream[] = [];
  connections = 0;
  readonly #forward: Forward;
  #listener: Listener | undefined;

  constructor(name: string, forward: Forward) {
    this.path = `${directory}/${name}`;
    this.#forward = forward;
    this.open();
  }

  open(): void {
    const server = new TtrpcServer([eventsService({ forward: this.#forward })]);
    this.#listener = new Listener(native.listen(unix, this.path, 0, 128), (fd) => {
      this.connections += 1;
      this.streams.push(new SocketStream(fd));
      void server.serve(this.streams.at(-1) ?? new SocketStream(fd));
    });
    void this.#listener.run();
  }

  /** As a containerd that is killed: nothing that is open is answered. */
  close(): void {
    this.#listener?.close();
    for (const stream of this.streams.splice(0)) stream.close();
    rmSync(this.path);
  }
}

const started = (containerId: string, pid: number): TaskEvent => ({
  topic: "/tasks/start",
  containerId,
  pid,
});

test("many events are under way at a time over one connection, and each gets its own answer", async () => {
  const all = Promise.withResolvers<void>();
  let underway = 0;
  const socket = new Socket("many", async ({ envelope }) => {
    if (++underway === 50) all.resolve();
    // None is answered before all have come.
    await all.promise;
    if (envelope?.topic === "/tasks/oom") throw errorOf({ code: statusCode.invalidArgument, message: "no" });
    return {};
  });
  const send = sendTo(socket.path, "test");
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      send(at === 7 ? { topic: "/tasks/oom", containerId: "a" } : started("a", at), new Date()),
    ),
  );
  expect(results.map((result) => result?.kind)).toEqual(
    Array.from({ length: 50 }, (_, at) => (at === 7 ? "refused" : undefined)),
  );
  expect(socket.connections).toBe(1);
  socket.close();
});

test("without a containerd, and where the connection is lost, an event is unreachable; the next one has a new connection", async () => {
  const came = Promise.withResolvers<void>();
  let isDeaf = true;
  const socket = new Socket("lost", async () => {
    came.resolve();
    return isDeaf ? new Promise(() => {}) : {};
  });
  const send = sendTo(socket.path, "test");
  const lost = send(started("a", 1), new Date());
  await came.promise;
  socket.close();
  expect(await lost).toMatchObject({ kind: "unreachable" });
  expect(await send(started("a", 1), new Date())).toEqual({
    kind: "unreachable",
    reason: expect.stringContaining(`cannot connect to ${socket.path}: No such file or directory`),
  });
  isDeaf = false;
  socket.open();
  expect(await send(started("a", 1), new Date())).toBeUndefined();
  socket.close();
});

test("containers' events come in order, none is lost and none stays behind, while containerd is killed and comes back", async () => {
  const came = new Map<string, number[]>();
  let count = 0;
  const killed = Promise.withResolvers<void>();
  const socket = new Socket("killed", async ({ envelope }) => {
    count += 1;
    if (count === 100) killed.resolve();
    const { containerId, pid } = TaskStart.decode(envelope?.event?.value ?? new Uint8Array());
    came.set(containerId, [...(came.get(containerId) ?? []), pid]);
    return {};
  });
  const logged: string[] = [];
  const log = shimLog((line) => logged.push(line), { fields: {}, level: "info" });
  const publisher = new Publisher(sendTo(socket.path, "test"), log);
  const ids = ["a", "b", "c", "d"];
  for (let pid = 0; pid < 200; pid++) for (const id of ids) publisher.publish(started(id, pid));
  await killed.promise;
  socket.close();
  for (let pid = 200; pid < 300; pid++) for (const id of ids) publisher.publish(started(id, pid));
  socket.open();
  await publisher.drained(120_000);
  // What was under way as containerd was killed may have come twice.
  for (const id of ids)
    expect((came.get(id) ?? []).filter((pid, at, all) => pid !== all[at - 1])).toEqual(
      Array.from({ length: 300 }, (_, at) => at),
    );
  expect([publisher.size, logged]).toEqual([0, []]);
});
