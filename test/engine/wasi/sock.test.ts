import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, Guest } from "./guest.ts";

const work = temporaryDirectory();
const nonblock = 4;

/** A guest that listens, and a client connected to it. Without preopens the listener is descriptor 3. */
function start(): { guest: Guest; listener: number; client: number; path: string } {
  const path = join(mkdtempSync(join(work, "sock-")), "s");
  const guest = new Guest({ listen: [`unix:${path}`] });
  return { guest, listener: 3, client: native.connectUnix(path, 0), path };
}

function accept(guest: Guest, listener: number, flags = 0): number {
  const out = guest.room(4);
  const result = guest.call("sock_accept", listener, flags, out);
  return result === 0 ? guest.u32(out) : -result;
}

function receive(guest: Guest, fd: number, { flags = 0, size = 64 } = {}): string | number {
  const [buffer, out, outFlags] = [guest.room(size), guest.room(4), guest.room(2)];
  const result = guest.call("sock_recv", fd, ...guest.iovs([buffer, size]), flags, out, outFlags);
  return result === 0 ? guest.text(buffer, guest.u32(out)) : -result;
}

function send(guest: Guest, fd: number, text: string, flags = 0): number {
  const out = guest.room(4);
  const result = guest.call("sock_send", fd, ...guest.iovs(guest.put(text)), flags, out);
  return result === 0 ? guest.u32(out) : -result;
}

function clientSends(client: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  expect(native.write(client, bytes.buffer, 0, bytes.length)).toBe(bytes.length);
}

function clientReads(client: number): string {
  const buffer = new Uint8Array(64);
  return new TextDecoder().decode(buffer.subarray(0, native.read(client, buffer.buffer, 0, 64)));
}

test("a connection is accepted, read, written and shut down", () => {
  const { guest, listener, client } = start();
  const fd = accept(guest, listener);
  expect(fd).toBe(4);
  clientSends(client, "hello guest");
  const [peek, waitall] = [1, 2];
  expect(receive(guest, fd, { flags: peek, size: 5 })).toBe("hello");
  expect(receive(guest, fd, { flags: waitall, size: 11 })).toBe("hello guest");
  expect(send(guest, fd, "hello client")).toBe(12);
  expect(clientReads(client)).toBe("hello client");
  clientSends(client, "by fd_read");
  expect(guest.read(fd)).toBe("by fd_read");
  expect(guest.write(fd, "by fd_write")).toBe(11);
  expect(clientReads(client)).toBe("by fd_write");
  const [read, write] = [1, 2];
  expect(guest.call("sock_shutdown", fd, write)).toBe(0);
  expect(clientReads(client)).toBe("");
  expect(send(guest, fd, "late")).toBe(-errno.pipe);
  expect(guest.call("sock_shutdown", fd, read | write)).toBe(0);
  expect(receive(guest, fd)).toBe("");
  expect(guest.call("sock_shutdown", fd, 0)).toBe(errno.inval);
  expect(guest.call("sock_shutdown", fd, 4)).toBe(errno.inval);
});

test("flags without a meaning are EINVAL", () => {
  const { guest, listener } = start();
  const fd = accept(guest, listener);
  expect(receive(guest, fd, { flags: 4 })).toBe(-errno.inval);
  expect(send(guest, fd, "x", 1)).toBe(-errno.inval);
  expect(accept(guest, listener, 1)).toBe(-errno.inval);
});

test("a guest that does not want to wait gets EAGAIN, from the listener and from the connection", () => {
  const { guest, listener } = start();
  expect(guest.call("fd_fdstat_set_flags", listener, nonblock)).toBe(0);
  const fd = accept(guest, listener, nonblock);
  expect(fd).toBe(4);
  expect(accept(guest, listener)).toBe(-errno.again);
  expect(receive(guest, fd)).toBe(-errno.again);
  expect(guest.read(fd)).toBe(-errno.again);
  const out = guest.room(24);
  guest.call("fd_fdstat_get", fd, out);
  expect([guest.view.getUint8(out), guest.view.getUint16(out + 2, true)]).toEqual([6, nonblock]);
});

test("a listener is polled, and is no stream", () => {
  const { guest, listener } = start();
  expect(guest.read(listener)).toBeLessThan(0);
  expect(receive(guest, listener)).toBeLessThan(0);
  const [subscription, event, out] = [guest.room(48), guest.room(32), guest.room(4)];
  guest.view.setUint8(subscription + 8, 1);
  guest.view.setUint32(subscription + 16, listener, true);
  expect(guest.call("poll_oneoff", subscription, event, 1, out)).toBe(0);
  expect([guest.view.getUint16(event + 8, true), guest.u64(event + 16)]).toEqual([0, 1n]);
});

test("limits.files is EMFILE for connections too, and none is lost by it", () => {
  const path = join(mkdtempSync(join(work, "sock-")), "s");
  const guest = new Guest({ listen: [`unix:${path}`], limits: { files: 4 } });
  native.connectUnix(path, 0);
  expect(accept(guest, 3)).toBe(-errno.mfile);
  guest.call("fd_close", 0);
  expect(accept(guest, 3)).toBe(0);
});

test("sockets come after the directories, and one can be handed over as fd:N", () => {
  const path = join(mkdtempSync(join(work, "sock-")), "s");
  const fd = native.listen(1, path, 0, 8);
  const guest = new Guest({ preopens: [directory(work)], listen: [`fd:${fd}`] });
  expect(guest.call("fd_prestat_get", 4, guest.room(8))).toBe(errno.badf);
  native.connectUnix(path, 0);
  expect(accept(guest, 4)).toBe(5);
});

test("tcp addresses of both families are understood, and nothing else is", () => {
  const guest = new Guest({ listen: ["tcp:127.0.0.1:0"] });
  expect(guest.call("fd_fdstat_get", 3, guest.room(24))).toBe(0);
  for (const wrong of ["tcp:127.0.0.1", "udp:1.2.3.4:5", "unix:", "fd:x", "80"]) {
    expect(() => new Guest({ listen: [wrong] })).toThrow("is not tcp:ADDRESS:PORT, unix:PATH or fd:N");
  }
  expect(() => new Guest({ listen: ["fd:9999"] })).toThrow("is not an open socket");
  expect(() => new Guest({ listen: ["unix:/nowhere/at/all"] })).toThrow("cannot listen on");
});

test("why an address cannot be listened on is said in words", () => {
  const { path } = start();
  expect(() => new Guest({ listen: [`unix:${path}`] })).toThrow("address already in use");
  expect(() => new Guest({ listen: ["tcp:localhost:80"] })).toThrow("it is no numeric address");
});

test("what is no socket is ENOTSOCK", () => {
  const host = mkdtempSync(join(work, "sock-"));
  writeFileSync(join(host, "f"), "");
  const guest = new Guest({ preopens: [directory(host)] });
  const fd = guest.open("f");
  expect(receive(guest, fd)).toBe(-errno.notsock);
  expect(send(guest, fd, "x")).toBe(-errno.notsock);
  expect(accept(guest, fd)).toBe(-errno.notsock);
  expect(guest.call("sock_shutdown", fd, 1)).toBe(errno.notsock);
});
