import { expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { temporaryDirectory } from "../wrun.ts";
import { bufferOf, failed, open, pipe, putVectors, textOf } from "./scratch.ts";

const directory = temporaryDirectory();
const [unix, inet, inet6] = [1, 2, 10];
const nonBlocking = 0o4000;

/** A connected pair over a unix socket: [the accepted end, the connecting end]. */
function connected(name: string): readonly [number, number] {
  const listener = native.listen(unix, `${directory}/${name}`, 0, 8);
  const there = native.connectUnix(`${directory}/${name}`, 0);
  const here = native.accept(listener, 0);
  native.close(listener);
  expect(Math.min(here, there)).toBeGreaterThan(2);
  return [here, there];
}

/** The port that the kernel gave to a listening socket, by its inode in /proc. */
function portOf(fd: number, table: "tcp" | "tcp6"): number {
  const inode = statSync(`/proc/self/fd/${fd}`).ino;
  const line = readFileSync(`/proc/self/net/${table}`, "utf8")
    .split("\n")
    .find((l) => l.split(/\s+/)[10] === String(inode));
  return Number.parseInt(line?.trim().split(/\s+/)[1]?.split(":")[1] ?? "", 16);
}

test("send() and recv() move bytes by the guest's vectors", () => {
  const [here, there] = connected("transfer");
  const memory = bufferOf("hello, world");
  const flags = new Int32Array([-1]);
  putVectors(memory, 100, [
    [0, 5],
    [5, 7],
  ]);
  expect(native.send(there, memory, 100, 2, 0)).toBe(12);
  expect(native.bytesReadable(here)).toBe(12);
  const peek = 2;
  putVectors(memory, 100, [
    [200, 5],
    [220, 20],
  ]);
  expect(native.recv(here, memory, 100, 2, peek, flags)).toBe(12);
  expect(native.recv(here, memory, 100, 2, 0, flags)).toBe(12);
  expect([textOf(memory, 200, 5), textOf(memory, 220, 7)]).toEqual(["hello", ", world"]);
  expect((flags[0] ?? -1) & 0x20).toBe(0);
  expect(native.recv(here, memory, 100, 2, 0x40, flags)).toBe(failed.again);
  expect(native.recv(here, memory, 100, 2, 0x40, new Int32Array(0))).toBe(failed.fault);
  native.close(here);
  native.close(there);
});

test("shutdown() ends one direction; send() to a gone peer is EPIPE without SIGPIPE", () => {
  const [here, there] = connected("end");
  const memory = bufferOf("x");
  putVectors(memory, 100, [[0, 1]]);
  expect(native.shutdown(there, 1)).toBe(0);
  expect(native.recv(here, memory, 100, 1, 0, new Int32Array(1))).toBe(0);
  expect(native.send(there, memory, 100, 1, 0)).toBe(failed.pipe);
  expect(native.shutdown(there, 9)).toBe(failed.inval);
  native.close(here);
  native.close(there);
});

test("socket calls on a descriptor that is no socket are ENOTSOCK", () => {
  const [reader, writer] = pipe();
  const memory = new ArrayBuffer(16);
  const results = [
    native.accept(reader, 0),
    native.recv(reader, memory, 0, 0, 0, new Int32Array(1)),
    native.send(writer, memory, 0, 0, 0),
    native.shutdown(reader, 0),
    native.getsockopt(reader, 3),
    native.sendFd(writer, 0),
    native.recvFd(reader),
  ];
  expect(results).toEqual(results.map(() => failed.notsock));
  native.close(reader);
  native.close(writer);
});

test.each([
  [inet, "127.0.0.1", "tcp"],
  [inet6, "::1", "tcp6"],
] as const)("listen() on family %d takes connections at %s", async (family, address, table) => {
  const listener = native.listen(family, address, 0, 8);
  if (family === inet6 && listener < 0 && !existsSync("/proc/net/if_inet6")) return;
  expect(listener).toBeGreaterThan(2);
  const port = portOf(listener, table);
  expect(native.listen(family, address, port, 8)).toBe(-98);
  const client = await Bun.connect({ hostname: address, port, socket: { data() {} } });
  const accepted = native.accept(listener, nonBlocking);
  expect(native.getFlags(accepted) & nonBlocking).toBe(nonBlocking);
  expect(readFileSync(`/proc/self/fdinfo/${accepted}`, "utf8")).toMatch(/flags:\s*02\d{6}/);
  client.end();
  native.close(accepted);
  native.close(listener);
});

test("listen() takes numeric addresses only: it never asks a resolver", () => {
  for (const name of ["localhost", "example.com", "", "1.2.3", "::1"])
    expect(native.listen(inet, name, 0, 1)).toBe(failed.inval);
  expect(native.listen(inet6, "127.0.0.1", 0, 1)).toBe(failed.inval);
  expect(native.listen(inet, "127.0.0.1", 65536, 1)).toBe(failed.inval);
  expect(native.listen(inet, "127.0.0.1", -1, 1)).toBe(failed.inval);
  expect(native.listen(16, "", 0, 1)).toBe(failed.afnosupport);
});

test("a unix socket's path is used whole or not at all", () => {
  const room = 108 - directory.length - 2;
  const fits = `${directory}/${"s".repeat(room)}`;
  expect(fits.length).toBe(107);
  const listener = native.listen(unix, fits, 0, 1);
  expect(listener).toBeGreaterThan(2);
  expect(existsSync(fits)).toBe(true);
  expect(native.listen(unix, `${fits}s`, 0, 1)).toBe(failed.nametoolong);
  expect(native.connectUnix(`${fits}s`, 0)).toBe(failed.nametoolong);
  native.close(listener);
  expect(native.connectUnix(fits, 0)).toBe(failed.connrefused);
});

test("getsockopt() tells a listening socket from a connected one", () => {
  const acceptConn = 30;
  const type = 3;
  const listener = native.listen(unix, `${directory}/opt`, 0, 1);
  const client = native.connectUnix(`${directory}/opt`, 0);
  expect([native.getsockopt(listener, acceptConn), native.getsockopt(client, acceptConn)]).toEqual([1, 0]);
  expect(native.getsockopt(client, type)).toBe(1);
  native.close(client);
  native.close(listener);
});

test("peerUid() and peerPid() name the user and the process at the other end, and no user where there is none", () => {
  const noUser = 0xffff_ffff;
  const [here, there] = connected("peer");
  expect([native.peerUid(here), native.peerUid(there)]).toEqual([native.geteuid(), native.geteuid()]);
  expect([native.peerPid(here), native.peerPid(there)]).toEqual([process.pid, process.pid]);
  const inet = native.listen(2, "127.0.0.1", 0, 1);
  const [reader, writer] = pipe();
  expect([native.peerUid(inet), native.peerUid(reader)]).toEqual([noUser, failed.notsock]);
  for (const fd of [here, there, inet, reader, writer]) native.close(fd);
});

test("connectUnix() without waiting is EAGAIN where the listener's queue is full", () => {
  const listener = native.listen(unix, `${directory}/full`, 0, 0);
  const first = native.connectUnix(`${directory}/full`, nonBlocking);
  expect(native.getFlags(first) & nonBlocking).toBe(nonBlocking);
  expect(native.connectUnix(`${directory}/full`, nonBlocking)).toBe(failed.again);
  native.close(first);
  native.close(listener);
});

test("sendFd() and recvFd() hand over one open file, close-on-exec", () => {
  const [here, there] = connected("rights");
  writeFileSync(`${directory}/handed`, "content");
  const sent = native.openat(-100, `${directory}/handed`, open.readOnly, 0);
  expect(native.sendFd(there, sent)).toBe(0);
  native.close(sent);
  const received = native.recvFd(here);
  const buffer = new ArrayBuffer(16);
  expect(native.read(received, buffer, 0, 16)).toBe(7);
  expect(textOf(buffer, 0, 7)).toBe("content");
  expect(readFileSync(`/proc/self/fdinfo/${received}`, "utf8")).toMatch(/flags:\s*02\d{6}/);
  expect(native.sendFd(there, 9999)).toBe(failed.badf);
  native.close(received);
  native.close(here);
  native.close(there);
});

test("recvFd() says EBADMSG where a peer sends bytes alone, or goes away", () => {
  const [here, there] = connected("no-rights");
  native.write(there, bufferOf("x"), 0, 1);
  expect(native.recvFd(here)).toBe(failed.badmsg);
  native.close(there);
  expect(native.recvFd(here)).toBe(failed.badmsg);
  native.close(here);
});
