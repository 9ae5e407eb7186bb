import { expect, test } from "bun:test";
import { WrunError } from "../../oci/error.ts";
import { ttrpc } from "../../proto/gen/ttrpc.js";
import { remoteTask, taskRpcs, taskServices, type Task } from "../../shim/transport/task.ts";
import { TtrpcClient } from "../../shim/transport/ttrpc/client.ts";
import { encodeFrame, type Frame, frameType } from "../../shim/transport/ttrpc/frame.ts";
import { FrameReader, joined } from "../../shim/transport/ttrpc/frame-reader.ts";
import { TtrpcServer } from "../../shim/transport/ttrpc/server.ts";
import { streamPair } from "../fakes/stream-pair.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { Random } from "./random.ts";

// FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer.
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_102);
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 24_000);

const service = "containerd.task.v3.Task";

// Requests with every field of theirs, for each rpc.
const full = {
  id: "container",
  execId: "exec",
  bundle: "/run/bundle",
  rootfs: [{ type: "overlay", source: "overlay", target: "", options: ["lowerdir=/a:/b", "ro"] }],
  terminal: true,
  stdin: "/in",
  stdout: "/out",
  stderr: "/err",
  options: { type_url: "containerd.runc.v1.Options", value: Uint8Array.of(8, 1) },
  spec: { type_url: "types.containerd.io/Process", value: Buffer.from('{"args":["a"]}') },
  resources: { type_url: "types.containerd.io/LinuxResources", value: Buffer.from("{}") },
  annotations: { key: "value", other: "" },
  signal: 9,
  all: true,
  width: 80,
  height: 2 ** 32 - 1,
  now: true,
};
const payloads = Object.entries(taskRpcs).map(([key, { request }]) => {
  const method = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  return { method, payload: request.encode(full as never).finish() };
});

// Every call is answered with what its request was.
const echo = new Proxy({} as Task, { get: () => (request: object) => ({ ...request, pid: 1 }) });

test(`the server answers or drops whatever bytes come, and lives on (${rounds} mutations)`, async () => {
  const random = new Random(seed);
  const server = new TtrpcServer(taskServices(echo));
  const codes = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const bytes = mutateBytes(requestOf(round), random);
    await explained(round, bytes, async () => {
      for (const code of await answersTo(server, bytes)) codes.set(code, (codes.get(code) ?? 0) + 1);
    });
  }
  expect([...codes.keys()].filter((code) => ![0, 3, 5, 8, 12].includes(code))).toEqual([]);
  // Mutations that are all refused, or all served, would prove little.
  expect(Math.min(codes.get(0) ?? 0, codes.get(3) ?? 0, codes.get(12) ?? 0)).toBeGreaterThan(rounds / 100);
  expect(await answersTo(server, requestOf(0))).toEqual([0]);
});

test("frames are the same however the stream is cut", async () => {
  const random = new Random(seed + 1);
  for (let round = 0; round < rounds / 4; round++) {
    const bytes = mutateBytes(joined([requestOf(round), requestOf(round + 1)]), random);
    await explained(round, bytes, () => {
      const [first, second] = [random.below(bytes.length + 1), random.below(bytes.length + 1)].toSorted(
        ascending,
      );
      const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      expect(framesOf(parts)).toEqual(framesOf([bytes]));
    });
  }
});

test("a client's call ends, whatever the server sends", async () => {
  const random = new Random(seed + 2);
  const outcomes = new Map<string, number>();
  const sound = ttrpc.Response.encode({ payload: Uint8Array.of(8, 42) }).finish();
  for (let round = 0; round < rounds / 4; round++) {
    const bytes = mutateBytes(encodeFrame(1, frameType.response, sound), random);
    await explained(round, bytes, async () => {
      const outcome = await outcomeOf(bytes);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    });
  }
  expect([...outcomes.keys()].filter((outcome) => outcome.includes(" "))).toEqual([]);
  expect(outcomes.get("answered")).toBeGreaterThan(rounds / 200);
  expect(outcomes.get("io")).toBeGreaterThan(rounds / 200);
});

function requestOf(round: number): Uint8Array {
  const { method, payload } = payloads[round % payloads.length] ?? { method: "", payload: new Uint8Array() };
  const metadata = [{ key: "containerd-namespace-ttrpc", value: "k8s.io" }];
  const message = { service, method, payload, timeoutNano: 0, metadata };
  return encodeFrame(1, frameType.request, ttrpc.Request.encode(message).finish());
}

async function explained(round: number, bytes: Uint8Array, check: () => void | Promise<void>): Promise<void> {
  try {
    await check();
  } catch (cause) {
    const hex = Buffer.from(bytes).toString("hex");
    throw new Error(`seed ${seed}, round ${round}: ${hex}: ${String(cause)}`, { cause });
  }
}

/** The codes that the server answers on a connection where `bytes` come, and then the end. */
async function answersTo(server: TtrpcServer, bytes: Uint8Array): Promise<readonly number[]> {
  const [there, here] = streamPair();
  const ended = server.serve(there);
  await here.write(bytes);
  await new Promise(setImmediate);
  here.close();
  await ended;
  const codes: number[] = [];
  const reader = new FrameReader();
  for (let came = await here.read(); came !== undefined; came = await here.read())
    for (const { data } of reader.push(came)) codes.push(codeOf(data));
  return codes;
}

function codeOf(data: Uint8Array | undefined): number {
  return ttrpc.Response.decode(data ?? new Uint8Array()).status?.code ?? 0;
}

function framesOf(parts: readonly Uint8Array[]): readonly Frame[] {
  const reader = new FrameReader();
  return parts.flatMap((part) => [...reader.push(part)]);
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** How a call ends to which a server answers `bytes`, and hangs up. */
async function outcomeOf(bytes: Uint8Array): Promise<string> {
  const [there, here] = streamPair();
  const call = remoteTask(new TtrpcClient(here), 3).start({ id: "a" });
  const outcome = call.then(
    () => "answered",
    (error: unknown) => (error instanceof WrunError ? error.code : String(error)),
  );
  await there.write(bytes);
  await new Promise(setImmediate);
  there.close();
  return await outcome;
}
