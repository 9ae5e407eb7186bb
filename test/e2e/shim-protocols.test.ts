import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { GrpcClient } from "../../shim/transport/grpc/client.ts";
import type { Caller } from "../../shim/transport/service.ts";
import { connect } from "../../shim/transport/socket-stream.ts";
import { statusCodeOf } from "../../shim/transport/status.ts";
import { remoteTask } from "../../shim/transport/task.ts";
import { TtrpcClient } from "../../shim/transport/ttrpc/client.ts";
import { executable, run, temporaryDirectory } from "../wrun.ts";

const directory = temporaryDirectory();
const shim = `${directory}/containerd-shim-wrun-v1`;
symlinkSync(executable, shim);

/** Starts a shim for an empty bundle of its own, as containerd does; what it printed. */
function start(protocol: string): string {
  const bundle = mkdtempSync(`${directory}/bundle-`);
  writeFileSync(`${bundle}/config.json`, JSON.stringify({ ociVersion: "1.0.2", root: { path: "rootfs" } }));
  const flags = ["-namespace", "wrun-test", "-id", "none", "-address", `${bundle}/containerd.sock`];
  const env = { PATH: process.env["PATH"] ?? "", WRUN_SHIM_PROTOCOL: protocol };
  const ended = run([shim, ...flags, "start"], { cwd: bundle, env });
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  return ended.stdout.trim();
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
  for (let turn = 0; turn < 500 && existsSync(path); turn++)
    await new Promise((done) => setTimeout(done, 10));
  expect(existsSync(path)).toBe(false);
}

const root = test.skipIf(process.getuid?.() !== 0);

root("the shim speaks ttrpc at the address that start prints, and ends on Shutdown", async () => {
  const path = start("ttrpc").replace(/^unix:\/\//, "");
  await askAndEnd(new TtrpcClient(connect(path)), path);
});

root("the shim speaks gRPC where it is asked for, and says so", async () => {
  const answer = JSON.parse(start("grpc")) as { readonly address: string; readonly protocol: string };
  expect(answer.protocol).toBe("grpc");
  const path = answer.address.replace(/^unix:\/\//, "");
  await askAndEnd(new GrpcClient(path), path);
});
