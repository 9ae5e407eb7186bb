import { expect, test } from "bun:test";
import { credentials, Metadata } from "@grpc/grpc-js";
import { readdirSync } from "node:fs";
import { native } from "../../../../native/native.ts";
import { WrunError } from "../../../../oci/error.ts";
import { GrpcClient } from "../../../../shim/transport/grpc/client.ts";
import { Listener } from "../../../../shim/transport/listener.ts";
import { openServer } from "../../../../shim/transport/server.ts";
import { SocketStream } from "../../../../shim/transport/socket-stream.ts";
import { statusCodeOf } from "../../../../shim/transport/status.ts";
import { remoteTask, type Task, taskServices } from "../../../../shim/transport/task.ts";
import { until } from "../../../until.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { fakeTask } from "../fake-task.ts";
import { loaded } from "./loaded.ts";

const directory = temporaryDirectory();

async function serving(name: string, handlers: Partial<Task>) {
  const path = `${directory}/${name}`;
  const server = await openServer("grpc", taskServices(fakeTask(handlers)));
  const served: Promise<void>[] = [];
  const listener = new Listener(native.listen(1, path, 0, 16), (fd) => {
    served.push(server.serve(new SocketStream(fd)));
  });
  void listener.run();
  const close = async () => {
    listener.close();
    await server.close();
    await Promise.all(served);
  };
  return { path, server, served, close };
}

test("a client that gRPC's own library makes from the .proto file is answered", async () => {
  const exitedAt = { seconds: 1_700_000_000, nanos: 7 };
  const { path, close } = await serving("library", {
    wait: ({ id, execId }, { metadata }) => ({
      exitStatus: id === "a" && execId === "b" && metadata.get("key")?.join() === "value" ? 7 : 255,
      exitedAt,
    }),
  });
  const { Task } = loaded("containerd/task/v3/shim.proto").containerd.task.v3;
  const client = new Task(`unix:${path}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.add("Key", "value");
  const answer = await new Promise((resolve, reject) => {
    client.Wait({ id: "a", exec_id: "b" }, metadata, (error: unknown, found: unknown) =>
      error ? reject(error) : resolve(found),
    );
  });
  expect(answer).toEqual({ exit_status: 7, exited_at: { seconds: 1_700_000_000, nanos: 7 } });
  client.close();
  await close();
});

test("errors come with the codes that ttrpc has", async () => {
  const { path, close } = await serving("errors", {
    kill: () => {
      throw new WrunError("not-found", "no container ä");
    },
    pause: () => {
      throw new Error("line\nline");
    },
    resume: () => {
      throw new WrunError("io", "OCI runtime resume failed");
    },
  });
  const client = new GrpcClient(path);
  const task = remoteTask(client, 2);
  const failure = async (call: Promise<unknown>) => {
    const error = await call.catch((reason: unknown) => reason);
    return [statusCodeOf(error), (error as Error).message];
  };
  expect(await failure(task.kill({ id: "a" }))).toEqual([5, "no container ä: not found"]);
  expect(await failure(task.resume({ id: "a" }))).toEqual([2, "OCI runtime resume failed"]);
  expect(await failure(task.pause({ id: "a" }))).toEqual([
    13,
    "internal error, please report it: Error: line\\u000aline",
  ]);
  const unknown = client.call({
    service: "containerd.task.v9.Task",
    method: "Kill",
    payload: new Uint8Array(),
  });
  expect((await failure(unknown))[0]).toBe(12);
  const malformed = { service: "containerd.task.v2.Task", method: "Kill", payload: Uint8Array.of(10, 9) };
  expect((await failure(client.call(malformed)))[0]).toBe(3);
  client.close();
  await close();
});

test("a call whose time is over, and one that the closing server ends, abort their handlers", async () => {
  const ended: string[] = [];
  const came = { inTime: false };
  const asked = Promise.withResolvers<void>();
  const { path, close } = await serving("deadline", {
    wait: ({ id }, { signal }) => {
      signal.addEventListener("abort", () => ended.push(id));
      if (id === "open") asked.resolve();
      came.inTime ||= !signal.aborted;
      return new Promise(() => {});
    },
  });
  const client = new GrpcClient(path);
  // On a slow machine the time may be over before the handler is asked: the next call has more.
  for (let timeoutMs = 50; !came.inTime; timeoutMs *= 2) {
    const late = await remoteTask(client, 3)
      .wait({ id: "late" }, { timeoutMs })
      .catch((error: unknown) => error);
    expect(statusCodeOf(late)).toBe(4);
  }
  await until("the handler is aborted", () => ended.length > 0);
  const open = remoteTask(client, 3)
    .wait({ id: "open" })
    .catch((error: unknown) => error);
  await asked.promise;
  await close();
  expect(statusCodeOf(await open)).toBe(14);
  client.close();
  expect(ended).toEqual(["late", "open"]);
});

test("many calls on many connections are answered, and leave no descriptor", async () => {
  const before = readdirSync("/proc/self/fd").length;
  const { path, close } = await serving("many", { start: ({ id }) => ({ pid: Number(id) }) });
  const clients = Array.from({ length: 5 }, () => new GrpcClient(path));
  const pids = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const client = clients[at % clients.length] ?? new GrpcClient(path);
      return (await remoteTask(client, 3).start({ id: String(at) })).pid;
    }),
  );
  expect(pids).toEqual(Array.from({ length: 200 }, (_, at) => at));
  for (const client of clients) client.close();
  await close();
  const now = (): number => readdirSync("/proc/self/fd").length;
  await until(`there are ${before} descriptors again`, () => now() <= before, now);
});
