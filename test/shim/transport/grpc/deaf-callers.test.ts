import { EventEmitter } from "node:events";
import { expect, test } from "bun:test";
import { containerd } from "../../../../proto/gen/monitor.js";
import { native } from "../../../../native/native.ts";
import type { Event } from "../../../../shim/monitor/envelope.ts";
import { Feed } from "../../../../shim/monitor/feed.ts";
import { listenAt } from "../../../../shim/monitor/listen.ts";
import { GrpcClient } from "../../../../shim/transport/grpc/client.ts";
import { ServerStream } from "../../../../shim/transport/grpc/server-stream.ts";
import { Listener } from "../../../../shim/transport/listener.ts";
import { serveMonitor } from "../../../../shim/transport/monitor/serve.ts";
import { monitorServices } from "../../../../shim/transport/monitor/services.ts";
import { openServer } from "../../../../shim/transport/server.ts";
import { SocketStream } from "../../../../shim/transport/socket-stream.ts";
import { remoteTask, taskServices } from "../../../../shim/transport/task.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { until } from "../../../e2e/containers.ts";
import { fakeTask } from "../fake-task.ts";
import { DeafClient } from "./deaf-client.ts";

const folder = temporaryDirectory();
const subscribePath = "/containerd.services.events.v1.Events/Subscribe";

/** The library's call whose caller takes nothing, however long one waits. */
class StuckCall extends EventEmitter {
  bytes = 0;
  write(bytes: Uint8Array): boolean {
    this.bytes += bytes.length;
    return true;
  }
}

test("answers that a caller does not take are made no more once 64 KiB of them wait", async () => {
  const call = new StuckCall();
  call.on("error", () => undefined);
  const stream = new ServerStream(call as never, new Map());
  let made = 0;
  const running = stream.run(async function* () {
    for (; made < 100; made++) yield new Uint8Array(30_000);
  });
  await until("some are made", () => call.bytes > 64 * 1024);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  expect([call.bytes, made]).toEqual([90_000, 2]);
  stream.stop({ code: 1, message: "gone" });
  await running;
});

for (const reads of [true, false])
  test(`subscribers that take nothing (${reads ? "but off the socket" : "not off the socket either"}) cost little, and others get all`, async () => {
    const feed = new Feed();
    const path = `${folder}/monitor-${reads}`;
    const services = monitorServices({
      feed,
      publish: () => undefined,
      missed: () => undefined,
      now: () => 1n,
      list: () => [],
    });
    const server = await serveMonitor(services, { sockets: [listenAt(path)], tcp: [] });
    const deaf = Array.from({ length: 8 }, () => new DeafClient(path, { reads }));
    for (const one of deaf)
      for (let count = 0; count < 10; count++)
        one.call(subscribePath, new Uint8Array(), { "wrun-since": "0" });
    const event: Event = {
      at: 1n,
      namespace: "n",
      topic: "/t",
      event: { type_url: "x", value: new Uint8Array(100_000) },
    };
    const tell = (): void => feed.tell(feed.place([event]));
    tell();
    const client = new GrpcClient(path);
    const payload = containerd.services.events.v1.SubscribeRequest.encode({}).finish();
    const service = "containerd.services.events.v1.Events";
    const metadata = new Map([["wrun-since", ["0"]]]);
    let got = 0;
    Bun.gc(true);
    const before = process.memoryUsage().rss;
    for await (const _ of client.stream({ service, method: "Subscribe", payload }, { metadata })) {
      if (++got === 1000) break;
      tell();
    }
    Bun.gc(true);
    // Each of the 80 would keep 16 events of 100,000 bytes: 128 MB.
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(80);
    expect(got).toBe(1000);
    client.close();
    for (const one of deaf) one.close();
    await server.close();
  });

test("a caller of the shim that takes no answers is served no further, and others are", async () => {
  const path = `${folder}/shim`;
  let calls = 0;
  const pids = Array.from({ length: 1000 }, (_, at) => ({ pid: at + 1 }));
  const server = await openServer(
    "grpc",
    taskServices(fakeTask({ pids: () => (calls++, { processes: pids }), state: ({ id }) => ({ id }) })),
  );
  const listener = new Listener(native.listen(1, path, 0, 16), (fd) => {
    void server.serve(new SocketStream(fd));
  });
  void listener.run();
  const deaf = new DeafClient(path, { reads: false });
  for (let count = 0; count < 5000; count++) deaf.call("/containerd.task.v3.Task/Pids", new Uint8Array());
  const client = new GrpcClient(path);
  const task = remoteTask(client, 3);
  await until("the calls have come", () => calls > 10);
  for (let count = 0; count < 100; count++) expect((await task.state({ id: "a" })).id).toBe("a");
  // As many as one connection may have open at a time.
  expect(calls).toBeLessThanOrEqual(1024);
  client.close();
  deaf.close();
  listener.close();
  await server.close();
});
