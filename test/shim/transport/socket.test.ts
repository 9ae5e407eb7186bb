import { expect, test } from "bun:test";
import { chmodSync, readdirSync } from "node:fs";
import { native } from "../../../native/native.ts";
import { Listener } from "../../../shim/transport/listener.ts";
import { serveTasks } from "../../../shim/transport/serve-tasks.ts";
import { connect, SocketStream } from "../../../shim/transport/socket-stream.ts";
import { remoteTask, type Task, taskServices } from "../../../shim/transport/task.ts";
import { TtrpcClient } from "../../../shim/transport/ttrpc/client.ts";
import { TtrpcServer } from "../../../shim/transport/ttrpc/server.ts";
import { until } from "../../until.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { fakeTask } from "./fake-task.ts";

const directory = temporaryDirectory();
const unix = 1;
/** RLIMIT_NOFILE. */
const numberOfFiles = 7;

/** A server on a socket of its own. */
function listening(name: string, handlers: Partial<Task>) {
  const path = `${directory}/${name}`;
  const server = new TtrpcServer(taskServices(fakeTask(handlers)));
  const served: Promise<void>[] = [];
  const listener = new Listener(native.listen(unix, path, 0, 128), (fd) => {
    served.push(server.serve(new SocketStream(fd)));
  });
  return { path, server, listener, running: listener.run(), served };
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

test("calls go over a unix socket, from many connections, with large messages", async () => {
  const { path, listener, server, running } = listening("calls", {
    state: ({ id, execId }) => ({ id: execId.slice(0, 1), bundle: id }),
  });
  const clients = Array.from({ length: 20 }, () => new TtrpcClient(connect(path)));
  const big = "x".repeat(1_000_000);
  const states = await Promise.all(
    clients.map((client, at) => remoteTask(client, 3).state({ id: big, execId: String(at % 10) })),
  );
  expect(states.map(({ id }) => id)).toEqual(clients.map((_, at) => String(at % 10)));
  expect(states.every(({ bundle }) => bundle === big)).toBe(true);
  listener.close();
  await Promise.all([running, server.close()]);
  await Promise.all(clients.map(({ ended }) => ended));
});

test("after the last connection no descriptor is left open", async () => {
  const before = openDescriptors();
  const { path, listener, server, running, served } = listening("leak", { start: () => ({ pid: 1 }) });
  for (let at = 0; at < 50; at++) {
    const client = new TtrpcClient(connect(path));
    expect((await remoteTask(client, 3).start({ id: "a" })).pid).toBe(1);
    client.close();
  }
  await Promise.all(served);
  listener.close();
  await Promise.all([running, server.close()]);
  await until(`there are ${before} descriptors again`, () => openDescriptors() <= before, openDescriptors);
});

test("connect() to a socket where nobody listens says so", () => {
  expect(() => connect(`${directory}/none`)).toThrow(/^cannot connect to .*none: No such file or directory$/);
});

test("a stream's write after close() fails, its read ends", async () => {
  const { path, listener } = listening("closed", {});
  const stream = connect(path);
  const reading = stream.read();
  stream.close();
  stream.close();
  expect(await reading).toBeUndefined();
  expect(stream.write(Uint8Array.of(1))).rejects.toThrow("cannot write to a socket");
  listener.close();
});

test("a connection that comes while no descriptor is to be had is served as soon as one is", async () => {
  const path = `${directory}/full`;
  const server = new TtrpcServer(taskServices(fakeTask({ start: () => ({ pid: 1 }) })));
  const listener = new Listener(native.listen(unix, path, 0, 4), (fd) => {
    void server.serve(new SocketStream(fd));
  });
  const client = new TtrpcClient(connect(path));
  const limits = native.getrlimit(numberOfFiles);
  if (typeof limits === "number") throw new Error(`getrlimit: ${limits}`);
  native.setrlimit(numberOfFiles, 3, limits[1]);
  const running = listener.run();
  native.setrlimit(numberOfFiles, limits[0], limits[1]);
  expect((await remoteTask(client, 3).start({ id: "a" })).pid).toBe(1);
  client.close();
  listener.close();
  await Promise.all([running, server.close()]);
});

test("serveTasks() tells of a socket at which nothing can be accepted, and lives on", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const file = native.openat(-100, "/dev/null", 2, 0);
  const server = await serveTasks(file, { task: fakeTask({}), protocol: "ttrpc", failed: resolve });
  expect(String(await promise)).toContain("cannot accept on the shim's socket");
  expect(server.isIdle).toBe(true);
  await server.close();
});

test.skipIf(process.getuid?.() !== 0)(
  "another user's connection is closed before it can ask anything",
  async () => {
    const { path, listener, served } = listening("other", { start: () => ({ pid: 1 }) });
    chmodSync(directory, 0o755);
    chmodSync(path, 0o777);
    void listener.run();
    const knock = `use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new("${path}") or die $!; print defined <$s>;`;
    const other = Bun.spawn(["setpriv", "--reuid=65534", "--clear-groups", "perl", "-e", knock]);
    expect([await other.stdout.text(), await other.exited]).toEqual(["", 0]);
    expect(served.length).toBe(0);
    const ours = new TtrpcClient(connect(path));
    expect((await remoteTask(ours, 3).start({ id: "a" })).pid).toBe(1);
    ours.close();
    expect(served.length).toBe(1);
    listener.close();
  },
);
