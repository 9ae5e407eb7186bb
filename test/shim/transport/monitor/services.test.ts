import { expect, test } from "bun:test";
import { type ChannelCredentials, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";
import { containerd, grpc, wrun } from "../../../../proto/gen/monitor.js";
import type { Event } from "../../../../shim/monitor/envelope.ts";
import { Feed } from "../../../../shim/monitor/feed.ts";
import { listenAt } from "../../../../shim/monitor/listen.ts";
import { GrpcClient } from "../../../../shim/transport/grpc/client.ts";
import { encodeTold } from "../../../../shim/transport/monitor/encode-told.ts";
import { type OpenServer, serveMonitor } from "../../../../shim/transport/monitor/serve.ts";
import { monitorServices } from "../../../../shim/transport/monitor/services.ts";
import { statusCodeOf } from "../../../../shim/transport/status.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { loaded } from "../grpc/loaded.ts";
import { makeCertificates } from "./certificates.ts";

const folder = temporaryDirectory();
const { Envelope } = containerd.types;

class Served implements AsyncDisposable {
  readonly feed = new Feed();
  readonly path: string;
  missed: string[] = [];
  server: OpenServer | undefined;

  constructor(name: string) {
    this.path = `${folder}/${name}`;
  }

  async open(tls: Parameters<typeof serveMonitor>[1]["tcp"] = []): Promise<this> {
    const services = monitorServices({
      feed: this.feed,
      publish: (event) => this.tell(event),
      missed: (namespace) => void this.missed.push(namespace),
      now: () => 1_000_000_007n,
      list: () => [
        {
          id: "c",
          namespace: "libpod",
          name: "web",
          pod: "",
          status: "running",
          pid: 7,
          wasm: true,
          ofShim: false,
          createdAt: 5n,
          memory: 2 ** 40,
        },
      ],
    });
    this.server = await serveMonitor(services, { sockets: [listenAt(this.path)], tcp: tls });
    return this;
  }

  tell(...events: Event[]): void {
    this.feed.tell(this.feed.place(events));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server?.close();
  }
}

const start = (containerId: string, at = 2_000_001): Event =>
  encodeTold({ at, namespace: "libpod", event: { topic: "/tasks/start", containerId, pid: 7 } });

// Clients that gRPC's own library makes of the .proto file.
function eventsClient(address: string, secrets: ChannelCredentials = credentials.createInsecure()) {
  const { Events } = loaded("containerd/services/events/v1/events.proto").containerd.services.events.v1;
  return new Events(address, secrets);
}

function asked(call: (done: (error: unknown, answer: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

/** What a subscription brings, as far as `count` events. */
function subscribed(
  client: ReturnType<typeof eventsClient>,
  count: number,
  { since, filters = [] }: { since?: string; filters?: string[] } = {},
): {
  first: Promise<void>;
  events: Promise<{ topic: string; timestamp: { seconds: unknown; nanos: number } }[]>;
} {
  const metadata = new Metadata();
  if (since !== undefined) metadata.add("wrun-since", since);
  const call = client.Subscribe({ filters }, metadata);
  const { promise: first, resolve: begun } = Promise.withResolvers<void>();
  const events = new Promise<never[]>((resolve, reject) => {
    const got: never[] = [];
    call.on("metadata", () => begun());
    call.on("data", (event: never) => {
      if (got.push(event) < count) return;
      call.cancel();
      resolve(got);
    });
    call.on("error", reject);
  });
  return { first, events };
}

test("a subscriber is told of events as containerd tells them, with its filters", async () => {
  await using served = await new Served("subscribe").open();
  served.tell(start("a"), start("b"));
  const client = eventsClient(`unix:${served.path}`);
  const filters = ["topic==/tasks/start,event.container_id~=^[bc]$"];
  const { events } = subscribed(client, 2, { since: "0", filters });
  served.tell(start("c"));
  expect(await events).toMatchObject([
    {
      timestamp: { seconds: 2, nanos: 1001 },
      namespace: "libpod",
      topic: "/tasks/start",
      event: { type_url: "containerd.events.TaskStart", value: Buffer.from([10, 1, 98, 16, 7]) },
    },
    { namespace: "libpod", timestamp: { seconds: 2, nanos: 1002 }, topic: "/tasks/start" },
  ] as never);
  client.close();
});

test("who comes back with the timestamp of the last event gets the next ones, once each", async () => {
  await using served = await new Served("since").open();
  const client = eventsClient(`unix:${served.path}`);
  served.tell(start("a"), start("b"), start("c"));
  const [first] = await subscribed(client, 1, { since: "0" }).events;
  const since = `${Number(first?.timestamp.seconds)}.${String(first?.timestamp.nanos).padStart(9, "0")}`;
  const rest = await subscribed(client, 2, { since }).events;
  expect(rest.map(({ timestamp }) => timestamp.nanos)).toEqual([1001, 1002]);
  client.close();
});

test("a subscriber that names no moment is told what comes from now on, all of a great many events", async () => {
  await using served = await new Served("now").open();
  served.tell(start("old"));
  const client = eventsClient(`unix:${served.path}`);
  const { events } = subscribed(client, 3000, { filters: ["event.container_id!=probe"] });
  const probes = subscribed(client, 1);
  const timer = setInterval(() => served.tell(start("probe")), 20);
  await probes.events;
  clearInterval(timer);
  for (let count = 0; count < 3000; count++) served.tell(start(`c${count}`));
  const got = (await events) as unknown as { event: { value: Buffer } }[];
  const ids = got.map(({ event }) => event.value.subarray(2, 2 + (event.value[1] ?? 0)).toString());
  expect(ids).toEqual(Array.from({ length: 3000 }, (_, index) => `c${index}`));
  client.close();
});

test("what is wrong with a subscription or an event is told with a code", async () => {
  await using served = await new Served("wrong").open();
  const client = eventsClient(`unix:${served.path}`);
  const code = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "no error",
      (error: ServiceError) => error.code,
    );
  expect(await code(subscribed(client, 1, { filters: ["topic="] }).events)).toBe(3);
  expect(await code(subscribed(client, 1, { since: "yesterday" }).events)).toBe(3);
  const envelope = { namespace: "n", topic: "/a/b", event: { type_url: "t", value: Buffer.alloc(1) } };
  for (const wrong of [{ namespace: "a b" }, { topic: "a" }, { topic: "/a//b" }, { topic: "" }])
    expect(await code(asked((done) => client.Forward({ envelope: { ...envelope, ...wrong } }, done)))).toBe(
      3,
    );
  expect(served.feed.kept.length).toBe(0);
  client.close();
});

test("others may publish and forward events, in their namespace and with their time, which is none to come", async () => {
  await using served = await new Served("publish").open();
  const client = eventsClient(`unix:${served.path}`);
  const metadata = new Metadata();
  metadata.add("containerd-namespace", "mine");
  const event = { type_url: "t", value: Buffer.from("x") };
  const envelope = { timestamp: { seconds: 0, nanos: 9 }, namespace: "other", topic: "/b", event };
  await asked((done) => client.Forward({ envelope }, done));
  await asked((done) => client.Publish({ topic: "/mine/a", event }, metadata, done));
  const later = { ...envelope, timestamp: { seconds: 9e9, nanos: 1 } };
  await asked((done) => client.Forward({ envelope: later }, done));
  expect(served.feed.kept.map(({ at, namespace, topic }) => [at, namespace, topic])).toEqual([
    [9n as never, "other", "/b"],
    [1_000_000_007n as never, "mine", "/mine/a"],
    [1_000_000_008n as never, "other", "/b"],
  ]);
  client.close();
});

test("health is told for each service and as a whole", async () => {
  await using served = await new Served("health").open();
  const client = new GrpcClient(served.path);
  const { HealthCheckRequest, HealthCheckResponse } = grpc.health.v1;
  const check = async (service: string): Promise<number> => {
    const payload = HealthCheckRequest.encode({ service }).finish();
    const answer = await client.call({ service: "grpc.health.v1.Health", method: "Check", payload });
    return HealthCheckResponse.decode(answer).status;
  };
  for (const name of ["", "containerd.services.events.v1.Events", "wrun.monitor.v1.Monitor"])
    expect(await check(name)).toBe(1);
  expect(await check("nothing").catch(statusCodeOf)).toBe(5);
  const payload = HealthCheckRequest.encode({ service: "" }).finish();
  for await (const bytes of client.stream({ service: "grpc.health.v1.Health", method: "Watch", payload })) {
    expect(HealthCheckResponse.decode(bytes).status).toBe(1);
    break;
  }
  client.close();
});

interface Reflected {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
  readonly error_response?: { readonly error_code: number };
}

test.each(["v1", "v1alpha"])(
  "a client learns the services and messages by reflection %s",
  async (version) => {
    await using served = await new Served(`reflection-${version}`).open();
    const { ServerReflection } = loaded(`grpc/reflection/${version}/reflection.proto`).grpc.reflection[
      version
    ];
    const client = new ServerReflection(`unix:${served.path}`, credentials.createInsecure());
    const call = client.ServerReflectionInfo();
    const answers: Reflected[] = [];
    const done = new Promise((resolve) => call.on("end", resolve));
    call.on("data", (answer: Reflected) => answers.push(answer));
    const names = [
      "containerd.services.events.v1.Events.Subscribe",
      "containerd.events.TaskExit",
      "wrun.events.v1.Module",
    ];
    call.write({ list_services: "" });
    for (const name of names) call.write({ file_containing_symbol: name });
    call.write({ file_by_filename: "grpc/health/v1.proto" });
    call.write({ file_containing_symbol: "nothing.of.ours" });
    call.end();
    await done;
    const listed = answers[0]?.list_services_response?.service.map(({ name }) => name);
    expect(listed).toContain("containerd.services.events.v1.Events");
    expect(listed).toContain(`grpc.reflection.${version}.ServerReflection`);
    for (const [index, name] of names.entries()) {
      const files = answers[index + 1]?.file_descriptor_response?.file_descriptor_proto ?? [];
      expect(messagesIn(files).lookup(name)).not.toBeNull();
    }
    expect(answers[4]?.file_descriptor_response?.file_descriptor_proto.length).toBe(1);
    expect(answers[5]?.error_response?.error_code).toBe(5);
    client.close();
  },
);

// As any client would: out of the descriptors alone.
function messagesIn(files: readonly Buffer[]): protobuf.Root {
  const set = Buffer.concat(files.flatMap((file) => [Buffer.from([10, ...varint(file.length)]), file]));
  return (protobuf.Root as unknown as { fromDescriptor(set: Buffer): protobuf.Root }).fromDescriptor(set);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

test("the list of containers has their numbers to the last bit that a number has", async () => {
  await using served = await new Served("list").open();
  const client = new GrpcClient(served.path);
  const answer = await client.call({
    service: "wrun.monitor.v1.Monitor",
    method: "List",
    payload: new Uint8Array(),
  });
  const { containers } = wrun.monitor.v1.ListResponse.decode(answer);
  expect(containers).toMatchObject([{ id: "c", name: "web", memory: 2 ** 40, createdAt: { nanos: 5 } }]);
  client.close();
});

test("on TCP only callers with a certificate are answered", async () => {
  const { authority, server, caller } = makeCertificates(folder);
  const tls = { ...server, authority };
  await using served = await new Served("tls").open([{ address: "127.0.0.1:0", tls }]);
  served.tell(start("a"));
  const address = `localhost:${served.server?.ports[0]}`;
  const known = eventsClient(address, credentials.createSsl(authority, caller.key, caller.certificate));
  expect(await subscribed(known, 1, { since: "0" }).events).toHaveLength(1);
  for (const secrets of [credentials.createSsl(authority), credentials.createInsecure()]) {
    const stranger = eventsClient(address, secrets);
    const problem = await subscribed(stranger, 1, { since: "0" }).events.catch(
      (error: ServiceError) => error.code,
    );
    expect(problem).toBe(14);
    stranger.close();
  }
  known.close();
});

test("the socket is its user's alone, and a monitor that was killed has left nothing in the way", async () => {
  const { statSync } = await import("node:fs");
  await using served = await new Served("mode").open();
  expect(statSync(served.path).mode & 0o777).toBe(0o600);
  expect(() => listenAt(served.path)).toThrow("somebody listens at");
});

test("an envelope is what containerd's clients decode", () => {
  const { at, namespace, topic, event } = start("a");
  const bytes = Envelope.encode({ timestamp: { nanos: Number(at) }, namespace, topic, event }).finish();
  expect(Envelope.decode(bytes).event?.type_url).toBe("containerd.events.TaskStart");
});
