import { afterAll, beforeAll, expect, test } from "bun:test";
import { Server, ServerCredentials, type ServerUnaryCall, type ServerWritableStream } from "@grpc/grpc-js";
import { type Containerd, openContainerd } from "../../../../shim/transport/grpc/containerd.ts";
import { statusCodeOf } from "../../../../shim/transport/status.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { loaded } from "./loaded.ts";

const path = `${temporaryDirectory()}/containerd.sock`;
const digest = `sha256:${"0".repeat(64)}`;
const blob = Buffer.alloc(300_000, "wasm");
const notFound = { code: 5, details: "not found" };

// What containerd answers, made by gRPC's own library from the .proto files.
const server = new Server();
type Answer = (error: typeof notFound | null, answer?: unknown) => void;
type Call = ServerUnaryCall<Record<string, unknown>, unknown>;

function found(call: Call, key: string, answer: unknown, done: Answer): void {
  const namespace = call.metadata.get("containerd-namespace").join();
  if (namespace === "k8s.io" && call.request[key] !== "none") done(null, answer);
  else done(notFound);
}

const get = (call: Call, done: Answer) => found(call, "id", { container: { id: "a", image: "img:1" } }, done);
const target = { media_type: "application/vnd.oci.image.manifest.v1+json", digest, size: blob.length };

function sendBlob(call: ServerWritableStream<{ digest: string }, unknown>): void {
  for (let at = 0; at < blob.length; at += 100_000)
    call.write({ offset: at, data: blob.subarray(at, at + 100_000) });
  call.end();
}

let containerd: Containerd;

beforeAll(async () => {
  const services = (file: string) => loaded(`containerd/services/${file}`).containerd.services;
  server.addService(services("containers/v1/containers.proto").containers.v1.Containers.service, {
    Get: get,
  });
  server.addService(services("images/v1/images.proto").images.v1.Images.service, {
    Get: (call: Call, done: Answer) => found(call, "name", { image: { name: "img:1", target } }, done),
  });
  server.addService(services("content/v1/content.proto").content.v1.Content.service, {
    Info: (call: Call, done: Answer) => found(call, "digest", { info: { digest, size: 2 ** 40 } }, done),
    Read: (call: ServerWritableStream<{ digest: string }, unknown>) => {
      if (call.request.digest === digest) sendBlob(call);
      else call.emit("error", notFound);
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  containerd = openContainerd(path, "k8s.io");
});

afterAll(() => {
  containerd.close();
  server.forceShutdown();
});

test("a container's image and its descriptor are found in the namespace", async () => {
  const { container } = await containerd.containers.get({ id: "a" });
  expect(container).toMatchObject({ id: "a", image: "img:1" });
  const { image } = await containerd.images.get({ name: container?.image ?? "" });
  expect(image?.target).toMatchObject({ digest, size: 300_000 });
  expect((await containerd.content.info({ digest })).info?.size).toBe(2 ** 40);
});

test("what is not there is a WrunError not-found", async () => {
  const other = openContainerd(path, "default");
  const failed = [
    containerd.containers.get({ id: "none" }),
    other.images.get({ name: "img:1" }),
    Array.fromAsync(containerd.readBlob("sha256:none")),
  ];
  for (const call of failed) {
    const error = await call.catch((reason: unknown) => reason);
    expect([statusCodeOf(error), (error as { code: string }).code]).toEqual([5, "not-found"]);
  }
  other.close();
});

test("a blob is read in the parts that come, and may be left early", async () => {
  expect(Buffer.concat(await Array.fromAsync(containerd.readBlob(digest))).equals(blob)).toBe(true);
  for await (const part of containerd.readBlob(digest)) {
    expect(part.length).toBe(100_000);
    break;
  }
});

test("a containerd that is not there is an error, not a wait", async () => {
  const nobody = openContainerd(`${path}.none`, "k8s.io");
  const error = await nobody.containers.get({ id: "a" }).catch((reason: unknown) => reason);
  expect(statusCodeOf(error)).toBe(14);
  nobody.close();
});
