import { expect, test } from "bun:test";
import { WrunError } from "../../../../oci/error.ts";
import { ttrpc } from "../../../../proto/gen/ttrpc.js";
import type { ByteStream } from "../../../../shim/transport/byte-stream.ts";
import type { CallContext } from "../../../../shim/transport/service.ts";
import { type Task, taskServices } from "../../../../shim/transport/task.ts";
import { encodeFrame, frameType, mostData } from "../../../../shim/transport/ttrpc/frame.ts";
import { FrameReader } from "../../../../shim/transport/ttrpc/frame-reader.ts";
import { TtrpcServer } from "../../../../shim/transport/ttrpc/server.ts";
import { streamPair } from "../../../fakes/stream-pair.ts";
import { bytes, hex } from "../../../proto/hex.ts";
import { fakeTask } from "../fake-task.ts";

const name = "containerd.task.v3.Task";
const [request, response, data] = [frameType.request, frameType.response, frameType.data];

/** A server of `handlers`, and a client that speaks in bytes. */
function serving(handlers: Partial<Task>, room?: number) {
  const [there, here] = streamPair(room);
  const server = new TtrpcServer(taskServices(fakeTask(handlers)));
  return { server, client: new RawClient(here), ended: server.serve(there), stream: here };
}

class RawClient {
  readonly #stream: ByteStream;
  readonly #reader = new FrameReader();
  readonly #frames: { id: number; text: string; payload: string }[] = [];

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  async send(id: number, message: ttrpc.Request.$Properties): Promise<void> {
    await this.raw(encodeFrame(id, request, ttrpc.Request.encode(message).finish()));
  }

  raw(data: Uint8Array): Promise<void> {
    return this.#stream.write(data);
  }

  /** The next answers, as "stream code message" or "stream payload", until the stream ends. */
  async answers(count: number): Promise<string[]> {
    const answers: string[] = [];
    while (answers.length < count) {
      const next = this.#frames.shift();
      if (next !== undefined) answers.push(`${next.id} ${next.text || next.payload}`);
      else if (!(await this.#more())) break;
    }
    return answers;
  }

  async #more(): Promise<boolean> {
    const bytes = await this.#stream.read();
    for (const { header, data } of this.#reader.push(bytes ?? new Uint8Array())) {
      expect([header.type, header.flags]).toEqual([response, 0]);
      const { status, payload } = ttrpc.Response.decode(data ?? new Uint8Array());
      const text = status ? `${status.code} ${status.message}` : "";
      this.#frames.push({ id: header.streamId, text, payload: hex(payload) });
    }
    return bytes !== undefined;
  }
}

test("a call of bytes made by hand is answered by bytes", async () => {
  const { client } = serving({ start: ({ id, execId }) => ({ pid: id === "a" && execId === "" ? 42 : 0 }) });
  const service = Buffer.from(name).toString("hex");
  await client.raw(
    bytes(`00000025 00000001 0100 0a17${service} 12055374617274 1a030a0161`.replaceAll(" ", "")),
  );
  expect(await client.answers(1)).toEqual(["1 082a"]);
});

test("both versions of the Task service are there, and answered out of order", async () => {
  const gate = Promise.withResolvers<void>();
  const { client } = serving({
    wait: async () => {
      await gate.promise;
      return { exitStatus: 7 };
    },
    start: () => {
      gate.resolve();
      return { pid: 1 };
    },
  });
  await client.send(1, { service: "containerd.task.v2.Task", method: "Wait" });
  await client.send(3, { service: name, method: "Start" });
  expect(await client.answers(2)).toEqual(["3 0801", "1 0807"]);
});

test.each([
  ["invalid", 3, ""],
  ["not-found", 5, ": not found"],
  ["exists", 6, ": already exists"],
  ["precondition", 9, ": failed precondition"],
  ["unsupported", 12, ": not implemented"],
  ["permission", 7, ""],
  ["io", 2, ""],
] as const)(
  "a WrunError %s is answered with code %d, and in containerd's words",
  async (code, status, end) => {
    const { client } = serving({
      kill: () => {
        throw new WrunError(code, "container a: no");
      },
    });
    await client.send(1, { service: name, method: "Kill" });
    expect(await client.answers(1)).toEqual([`1 ${status} container a: no${end}`]);
  },
);

test("what is no WrunError is INTERNAL, in one bounded line, and the server lives on", async () => {
  const { client } = serving({
    kill: () => {
      throw new Error(`line\n${"x".repeat(10_000)}`);
    },
    start: () => ({ pid: 1 }),
  });
  await client.send(1, { service: name, method: "Kill" });
  await client.send(3, { service: name, method: "Start" });
  const [failed = "", started] = await client.answers(2);
  expect(failed).toMatch(/^1 13 internal error, please report it: Error: line\\u000ax+… \(\d+ characters\)$/);
  expect(failed.length).toBeLessThan(5000);
  expect(started).toBe("3 0801");
});

test("services and methods that are not there are UNIMPLEMENTED", async () => {
  const { client } = serving({});
  const asked = [
    ["containerd.task.v3.Task", "Fly"],
    ["containerd.task.v3.Task", "state"],
    ["containerd.task.v3.Task", "constructor"],
    ["containerd.task.v4.Task", "State"],
    ["__proto__", "toString"],
    ["", ""],
  ] as const;
  for (const [at, [service, method]] of asked.entries()) await client.send(at * 2 + 1, { service, method });
  const answers = await client.answers(asked.length);
  expect(answers).toEqual(asked.map(([s, m], at) => `${at * 2 + 1} 12 ${s}/${m}: not implemented`));
});

test("malformed requests are INVALID_ARGUMENT, and the connection goes on", async () => {
  const { client } = serving({ start: () => ({ pid: 1 }) });
  await client.raw(encodeFrame(1, request, bytes("0aff")));
  await client.send(3, { service: name, method: "Start", payload: bytes("0a05") });
  await client.send(5, { service: name, method: "Start", payload: bytes("0a02c328") });
  await client.send(7, { service: name, method: "Start", payload: bytes("0a0161") });
  const answers = await client.answers(4);
  expect(answers.map((text) => text.slice(0, 22))).toEqual([
    "1 3 malformed message:",
    "3 3 malformed message:",
    "5 3 malformed message:",
    "7 0801",
  ]);
});

test("stream ids are odd, and only ever grow", async () => {
  const { client } = serving({ start: () => ({ pid: 1 }) });
  for (const id of [5, 2, 5, 3, 0, 7]) await client.send(id, { service: name, method: "Start" });
  expect((await client.answers(6)).sort()).toEqual([
    "0 3 a client's stream ids are odd",
    "2 3 a client's stream ids are odd",
    "3 3 stream ids only ever grow",
    "5 0801",
    "5 3 stream ids only ever grow",
    "7 0801",
  ]);
});

test("streams are refused once, and frames of unknown types are ignored", async () => {
  const { client } = serving({ start: () => ({ pid: 1 }) });
  const stream = encodeFrame(1, request, ttrpc.Request.encode({ service: name, method: "Start" }).finish());
  stream[9] = 2;
  await client.raw(stream);
  await client.raw(encodeFrame(1, data, bytes("0a0161")));
  await client.raw(encodeFrame(9, data, bytes("")));
  await client.raw(encodeFrame(11, 77, bytes("00")));
  await client.raw(encodeFrame(11, response, bytes("00")));
  await client.send(13, { service: name, method: "Start" });
  expect(await client.answers(3)).toEqual([
    "1 12 streams: not implemented",
    "9 3 data for a stream that was never opened",
    "13 0801",
  ]);
});

test("a frame that is too long is RESOURCE_EXHAUSTED, and the next one is served", async () => {
  const { client } = serving({ start: () => ({ pid: 1 }) });
  await client.raw(encodeFrame(1, request, new Uint8Array(mostData + 1)));
  await client.send(3, { service: name, method: "Start" });
  expect(await client.answers(2)).toEqual([
    `1 8 a message of ${mostData + 1} bytes is longer than the ${mostData} that ttrpc allows`,
    "3 0801",
  ]);
});

test("what cannot be ttrpc ends the connection after an answer", async () => {
  const { client, ended } = serving({});
  await client.raw(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  expect((await client.answers(2)).map((text) => text.slice(0, 13))).toEqual(["790644820 8 a"]);
  await ended;
});

test("an answer that no frame can hold is RESOURCE_EXHAUSTED", async () => {
  const { client } = serving({ state: () => ({ bundle: "x".repeat(mostData) }) });
  await client.send(1, { service: name, method: "State" });
  expect((await client.answers(1))[0]).toMatch(/^1 8 a message of \d+ bytes is longer/);
});

test("a call whose time is over is DEADLINE_EXCEEDED, its handler is aborted, and a late answer is dropped", async () => {
  const gate = Promise.withResolvers<{ exitStatus: number }>();
  const contexts: CallContext[] = [];
  const { client } = serving({
    wait: (_, context) => {
      contexts.push(context);
      return gate.promise;
    },
    start: () => ({ pid: 1 }),
  });
  await client.send(1, { service: name, method: "Wait", timeoutNano: 2_000_000 });
  await client.send(3, { service: name, method: "Wait", timeoutNano: -1 });
  const late = "4 the time that the caller gave this call is over";
  expect((await client.answers(2)).sort()).toEqual([`1 ${late}`, `3 ${late}`]);
  expect(contexts.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  gate.resolve({ exitStatus: 1 });
  await client.send(5, { service: name, method: "Start" });
  expect(await client.answers(1)).toEqual(["5 0801"]);
});

test("a time that no timer can hold is no limit", async () => {
  const { client } = serving({ start: () => ({ pid: 1 }) });
  await client.send(1, { service: name, method: "Start", timeoutNano: 2 ** 62 });
  expect(await client.answers(1)).toEqual(["1 0801"]);
});

test("metadata reaches the handler under small letters, every value of a key", async () => {
  const { client } = serving({
    connect: (_, { metadata }) => ({ version: JSON.stringify([...metadata]) }),
  });
  const metadata = [
    { key: "containerd-namespace-ttrpc", value: "k8s.io" },
    { key: "A", value: "1" },
    { key: "a", value: "2" },
  ];
  await client.send(1, { service: name, method: "Connect", metadata });
  const [answer = ""] = await client.answers(1);
  expect(Buffer.from(answer.slice(2), "hex").subarray(2).toString()).toBe(
    '[["containerd-namespace-ttrpc",["k8s.io"]],["a",["1","2"]]]',
  );
});

test("a client that hangs up aborts its calls", async () => {
  const seen = Promise.withResolvers<AbortSignal>();
  const { client, stream, ended } = serving({
    wait: (_, { signal }) => {
      seen.resolve(signal);
      return new Promise(() => {});
    },
  });
  await client.send(1, { service: name, method: "Wait" });
  const signal = await seen.promise;
  expect(signal.aborted).toBe(false);
  stream.close();
  await ended;
  expect(signal.aborted).toBe(true);
});

test("a client that does not read its answers is not read either, until it does", async () => {
  let handled = 0;
  const { client } = serving(
    {
      state: () => {
        handled += 1;
        return { bundle: "x".repeat(100_000) };
      },
    },
    100_000,
  );
  const asking = (async () => {
    for (let id = 1; id < 400; id += 2) await client.send(id, { service: name, method: "State" });
  })();
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  expect(handled).toBeLessThan(50);
  expect((await client.answers(200)).length).toBe(200);
  await asking;
  expect(handled).toBe(200);
});

test("more calls than one connection may have are refused, and may come again later", async () => {
  const gate = Promise.withResolvers<void>();
  const { client } = serving({
    wait: async () => {
      await gate.promise;
      return {};
    },
  });
  for (let id = 1; id <= 2049; id += 2) await client.send(id, { service: name, method: "Wait" });
  expect(await client.answers(1)).toEqual(["2049 8 more than 1024 calls on one connection"]);
  gate.resolve();
  expect((await client.answers(1024)).length).toBe(1024);
  await client.send(2051, { service: name, method: "Wait" });
  expect(await client.answers(1)).toEqual(["2051 "]);
});

test("close() sends what has been answered, ends open calls, and hangs up", async () => {
  const { client, server, ended } = serving({ wait: () => new Promise(() => {}), shutdown: () => ({}) });
  await client.send(1, { service: name, method: "Wait" });
  await client.send(3, { service: name, method: "Shutdown" });
  await new Promise(setImmediate);
  const closing = server.close();
  expect((await client.answers(3)).sort()).toEqual(["1 14 the shim is shutting down", "3 "]);
  await Promise.all([closing, ended]);
});

test("close() waits for the answer of a call that is about to end", async () => {
  const gate = Promise.withResolvers<void>();
  const { client, server, ended } = serving({
    kill: async () => {
      await gate.promise;
      return {};
    },
  });
  await client.send(1, { service: name, method: "Kill" });
  await new Promise(setImmediate);
  const closing = server.close();
  await new Promise(setImmediate);
  gate.resolve();
  expect(await client.answers(1)).toEqual(["1 "]);
  await Promise.all([closing, ended]);
});
