import { expect, test } from "bun:test";
import { ttrpc } from "../../../../proto/gen/ttrpc.js";
import { WrunError } from "../../../../oci/error.ts";
import { statusCodeOf } from "../../../../shim/transport/status.ts";
import { remoteTask, type Task, taskServices } from "../../../../shim/transport/task.ts";
import { TtrpcClient } from "../../../../shim/transport/ttrpc/client.ts";
import { encodeFrame, frameType, mostData } from "../../../../shim/transport/ttrpc/frame.ts";
import { FrameReader } from "../../../../shim/transport/ttrpc/frame-reader.ts";
import { TtrpcServer } from "../../../../shim/transport/ttrpc/server.ts";
import { streamPair } from "../../../fakes/stream-pair.ts";
import { bytes } from "../../../proto/hex.ts";
import { fakeTask } from "../fake-task.ts";

function connected(handlers: Partial<Task>) {
  const [there, here] = streamPair();
  const server = new TtrpcServer(taskServices(fakeTask(handlers)));
  const ended = server.serve(there);
  const client = new TtrpcClient(here);
  return { server, client, ended, task: remoteTask(client, 3) };
}

/** How a call failed: its error's code, the status's code, the message. */
async function failure(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WrunError);
  const { code, message } = error as WrunError;
  return [code, statusCodeOf(error), message];
}

test("many calls at a time get each its own answer", async () => {
  const { task } = connected({
    start: async ({ id }) => {
      await new Promise((done) => setTimeout(done, 20 - Number(id) / 10));
      return { pid: Number(id) };
    },
  });
  const ids = Array.from({ length: 200 }, (_, at) => at);
  const answers = await Promise.all(ids.map((id) => task.start({ id: String(id) })));
  expect(answers.map(({ pid }) => pid)).toEqual(ids);
});

test("every rpc of the Task service reaches the handler of its name", async () => {
  const called: string[] = [];
  const note = new Proxy({} as Task, {
    get: (_, name) => () => {
      called.push(String(name));
      return {};
    },
  });
  const [there, here] = streamPair();
  void new TtrpcServer(taskServices(note)).serve(there);
  const task = remoteTask(new TtrpcClient(here), 2);
  for (const call of Object.values(task)) await call({ id: "a" });
  expect(called.join(" ")).toBe(
    "state create start delete pids pause resume checkpoint kill exec resizePty closeIO update wait stats connect shutdown",
  );
});

test("a status becomes the WrunError of its code", async () => {
  const { task } = connected({
    delete: () => {
      throw new WrunError("not-found", "no container a");
    },
  });
  expect(await failure(task.delete({ id: "a" }))).toEqual(["not-found", 5, "no container a: not found"]);
  const refused = "the test has no such handler: not implemented";
  expect(await failure(task.pause({ id: "a" }))).toEqual(["unsupported", 12, refused]);
});

test("a call fails when its time is over, whether the server answers that or nothing at all", async () => {
  const { task } = connected({ wait: () => new Promise(() => {}) });
  const [code, status] = await failure(task.wait({ id: "a" }, { timeoutMs: 5 }));
  expect([code, status]).toEqual(["io", 4]);
  const [, silent] = streamPair();
  const call = remoteTask(new TtrpcClient(silent), 3).wait({ id: "a" }, { timeoutMs: 5 });
  expect(await failure(call)).toEqual(["io", 4, "no answer in time"]);
});

test("metadata is sent with every value", async () => {
  const { task } = connected({
    connect: (_, { metadata }) => ({ version: metadata.get("k")?.join() ?? "" }),
  });
  const { version } = await task.connect({ id: "a" }, { metadata: new Map([["k", ["1", "2"]]]) });
  expect(version).toBe("1,2");
});

test("calls that are open fail when either side hangs up, and later ones at once", async () => {
  for (const hangUp of ["client", "server"] as const) {
    const { task, client, server } = connected({ wait: () => new Promise(() => {}) });
    const open = failure(task.wait({ id: "a" }));
    await new Promise(setImmediate);
    if (hangUp === "client") client.close();
    else await server.close();
    expect((await open).slice(0, 2)).toEqual(["io", 14]);
    await client.ended;
    expect(await failure(task.wait({ id: "a" }))).toEqual(["io", 14, "the connection is closed"]);
  }
});

test("a connection counts as closed by the time at which its open calls fail: who calls again makes a new one", async () => {
  const [there, here] = streamPair();
  const client = new TtrpcClient(here);
  const call = remoteTask(client, 3).state({ id: "a" });
  expect(client.isClosed).toBe(false);
  const isClosed = call.then(
    () => undefined,
    () => client.isClosed,
  );
  there.close();
  expect(await isClosed).toBe(true);
});

test("a request that no frame can hold is not sent", async () => {
  const { task } = connected({ start: () => ({ pid: 3 }) });
  expect((await failure(task.start({ id: "x".repeat(mostData) })))[1]).toBe(8);
  expect((await task.start({ id: "a" })).pid).toBe(3);
});

test("answers that nobody asked for are ignored, a malformed one ends the connection", async () => {
  const [there, here] = streamPair();
  const client = new TtrpcClient(here);
  const call = client.call({ service: "s", method: "m", payload: bytes("") });
  const asked = new FrameReader().push((await there.read()) ?? bytes("")).next().value;
  expect(ttrpc.Request.decode(asked?.data ?? bytes(""))).toMatchObject({ service: "s", method: "m" });
  await there.write(encodeFrame(99, frameType.response, bytes("")));
  await there.write(encodeFrame(1, frameType.data, bytes("ff")));
  await there.write(encodeFrame(1, frameType.response, bytes("ff")));
  expect((await failure(call))[1]).toBe(14);
  await client.ended;
});
