import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { containerd } from "../../proto/gen/containerd.js";
import { GrpcClient } from "../../shim/transport/grpc/client.ts";
import type { Caller } from "../../shim/transport/service.ts";
import { Listener } from "../../shim/transport/listener.ts";
import { openServer } from "../../shim/transport/server.ts";
import { connect, SocketStream } from "../../shim/transport/socket-stream.ts";
import { statusCodeOf } from "../../shim/transport/status.ts";
import { remoteTask } from "../../shim/transport/task.ts";
import { TtrpcClient } from "../../shim/transport/ttrpc/client.ts";
import { until } from "../until.ts";
import { temporaryDirectory, wrun } from "../wrun.ts";

const directory = temporaryDirectory();
const shim = `${directory}/containerd-shim-wrun-v1`;
symlinkSync(wrun, shim);

/** Starts a shim for an empty bundle of its own, as a containerd of some version does; what it printed. */
async function start(protocol: string, version = "1.6.20"): Promise<string> {
  const bundle = mkdtempSync(`${directory}/bundle-`);
  const close = await containerdOf(version, `${bundle}/containerd.sock`);
  writeFileSync(`${bundle}/config.json`, JSON.stringify({ ociVersion: "1.0.2", root: { path: "rootfs" } }));
  const flags = ["-namespace", "wrun-test", "-id", "none", "-address", `${bundle}/containerd.sock`];
  const env = { PATH: process.env["PATH"] ?? "", WRUN_SHIM_PROTOCOL: protocol };
  const started = Bun.spawn([shim, ...flags, "start"], { cwd: bundle, env, stderr: "pipe" });
  const [out, err] = await Promise.all([started.stdout.text(), started.stderr.text()]);
  expect([await started.exited, err]).toEqual([0, ""]);
  await close();
  // A containerd that is started again reads the same there.
  expect(readFileSync(`${bundle}/address`, "utf8")).toBe(out.trim());
  return out.trim();
}

/** A containerd that only tells its version. */
async function containerdOf(version: string, path: string): Promise<() => Promise<void>> {
  const answer = containerd.services.version.v1.VersionResponse.encode({ version }).finish();
  const methods = new Map([["Version", async () => answer]]);
  const server = await openServer("grpc", [{ name: "containerd.services.version.v1.Version", methods }]);
  const listener = new Listener(
    native.listen(1, path, 0, 4),
    (fd) => void server.serve(new SocketStream(fd)),
  );
  void listener.run();
  return async () => {
    listener.close();
    await server.close();
  };
}

async function refusal(call: Promise<unknown>): Promise<number | undefined> {
  return statusCodeOf(await call.catch((error: unknown) => error));
}

/** Asks a shim that has no containers, and ends it. */
async function askAndEnd(client: Caller & { close(): void }, path: string): Promise<void> {
  for (const version of [2, 3] as const) {
    const task = remoteTask(client, version);
    expect(await refusal(task.state({ id: "none" }))).toBe(5);
    expect(await refusal(task.start({ id: "none" }))).toBe(5);
  }
  await remoteTask(client, 3).shutdown({ id: "none", now: true });
  client.close();
  await until("the shim's socket is gone", () => !existsSync(path));
}

const root = test.skipIf(process.getuid?.() !== 0);

root("the shim speaks ttrpc at the address that start prints, and ends on Shutdown", async () => {
  const path = (await start("ttrpc")).replace(/^unix:\/\//, "");
  await askAndEnd(new TtrpcClient(connect(path)), path);
});

root("the shim speaks gRPC to a containerd 1.7 where it is asked to, and says so", async () => {
  const answer: unknown = JSON.parse(await start("grpc", "v1.7.24"));
  const path = expect.stringMatching(/^\/run\/containerd\/s\/[0-9a-f]{64}$/);
  expect(answer).toEqual({ version: 2, address: path, protocol: "grpc" });
  const { address } = answer as { readonly address: string };
  await askAndEnd(new GrpcClient(address), address);
});

root("the shim speaks ttrpc to a containerd that takes gRPC for lost, whatever it is asked to", async () => {
  const path = (await start("grpc", "2.2.1")).replace(/^unix:\/\//, "");
  await askAndEnd(new TtrpcClient(connect(path)), path);
});
