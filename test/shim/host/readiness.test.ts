import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { closeWatched, forget, ready, whenReady } from "../../../shim/host/readiness.ts";
import { bufferOf, pipe } from "../../native/scratch.ts";
import { seen } from "./seen.ts";

test("whenReady() tells what a pipe is ready for, and hangups unasked", async () => {
  const [reader, writer] = pipe();
  expect(await whenReady(writer, ready.write)).toBe(ready.write);
  const readable = whenReady(reader, ready.read);
  native.write(writer, bufferOf("x"), 0, 1);
  expect(await readable).toBe(ready.read);
  native.read(reader, bufferOf(""), 0, 1);
  const hungUp = whenReady(reader, ready.read);
  closeWatched(writer);
  expect(await hungUp).toBe(ready.hangup);
  closeWatched(reader);
});

test("whenReady() answers reader and writer of one socket apart", async () => {
  const [reader, writer] = pipe();
  const order: string[] = [];
  const both = [
    whenReady(reader, ready.read).then(() => order.push("first")),
    whenReady(reader, ready.read).then(() => order.push("second")),
  ];
  native.write(writer, bufferOf("x"), 0, 1);
  await Promise.all(both);
  expect(order).toEqual(["first", "second"]);
  const never = whenReady(reader, ready.priority);
  const again = whenReady(reader, ready.read);
  expect(await again).toBe(ready.read);
  forget(reader);
  expect(await never).toBe(0);
  closeWatched(reader);
  closeWatched(writer);
});

test("forget() answers 0, and a new descriptor of the same number is not mistaken for the old one", async () => {
  const [reader, writer] = pipe();
  const waiting = whenReady(reader, ready.read);
  native.write(writer, bufferOf("x"), 0, 1);
  closeWatched(reader);
  expect(await waiting).toBe(0);
  native.close(writer);
  const [again, end] = pipe();
  const late = whenReady(again, ready.read);
  native.write(end, bufferOf("yz"), 0, 2);
  expect(await late).toBe(ready.read);
  closeWatched(again);
  closeWatched(end);
});

test("whenReady() answers what came while JavaScript was busy, and what comes after it", async () => {
  const [reader, writer] = pipe();
  for (let round = 0; round < 3; round++) {
    const told = whenReady(reader, ready.read);
    native.write(writer, bufferOf("x"), 0, 1);
    // Longer than the addon waits before it asks again whether its word was heard.
    native.nanosleep(1, 0, 120_000_000n);
    expect(await told).toBe(ready.read);
    native.read(reader, bufferOf(" "), 0, 1);
  }
  closeWatched(reader);
  native.close(writer);
});

test("whenReady() finds a regular file always ready", async () => {
  const file = native.openat(-100, "/etc/passwd", 0, 0);
  expect(await whenReady(file, ready.read)).toBe(ready.read);
  closeWatched(file);
});

test("whenReady() tells of a process's end by its pidfd", async () => {
  const pid = native.spawn({ path: "/bin/sh", argv: ["sh", "-c", "exit 3"], env: [], fds: [-1, -1, -1] });
  const pidfd = native.pidfdOpen(pid);
  expect(await whenReady(pidfd, ready.read)).toBe(ready.read);
  expect(native.waitpid(pid, 1)).toEqual([1, 3]);
  closeWatched(pidfd);
});

test("signalTo() counts signals in an eventfd", async () => {
  const usr2 = 12;
  const fd = native.eventfd();
  expect(native.signalTo(usr2, fd)).toBe(0);
  native.kill(process.pid, usr2);
  expect(await whenReady(fd, ready.read)).toBe(ready.read);
  const count = new BigUint64Array(1);
  expect(native.read(fd, count.buffer, 0, 8)).toBe(8);
  expect(count[0]).toBe(1n);
  expect(native.signalTo(0, fd)).toBe(-22);
  closeWatched(fd);
});

test("whenReady() refuses a descriptor that is not open", () => {
  expect(() => whenReady(9999, ready.read)).toThrow("cannot watch descriptor 9999: Bad file descriptor");
});

test("a descriptor that is closed behind our back fails its own waits, and nobody else's", async () => {
  const [reader, writer] = pipe();
  const same = native.dup(reader, 0);
  const waits = [ready.read, ready.priority].map((events) => whenReady(reader, events));
  const other = whenReady(same, ready.read);
  native.write(writer, bufferOf("x"), 0, 1);
  native.close(reader);
  expect(await Promise.allSettled([...waits, other])).toMatchObject([
    { status: "fulfilled", value: ready.read },
    { status: "rejected", reason: { message: expect.stringContaining("Bad file descriptor") } },
    { status: "fulfilled", value: ready.read },
  ]);
  for (const fd of [same, writer]) closeWatched(fd);
});

test("whenReady() that cannot watch fails the waits that were there before, too", async () => {
  const [reader, writer] = pipe();
  const before = whenReady(reader, ready.read);
  native.close(reader);
  expect(() => whenReady(reader, ready.read)).toThrow("Bad file descriptor");
  expect(await before.catch(String)).toContain("Bad file descriptor");
  closeWatched(writer);
});

test("an answer that comes late is not taken for one to a wait that has begun since", async () => {
  const [reader, writer] = pipe();
  const first = whenReady(reader, ready.read);
  native.write(writer, bufferOf("x"), 0, 1);
  const until = performance.now() + 20;
  while (performance.now() < until);
  // The first answer is on its way: this asks for a second one.
  const second = whenReady(reader, ready.read);
  while (performance.now() < until + 20);
  expect(await Promise.all([first, second])).toEqual([ready.read, ready.read]);
  native.read(reader, bufferOf(""), 0, 1);
  let isTold = false;
  const third = whenReady(reader, ready.read).then(() => (isTold = true));
  await seen();
  expect(isTold).toBe(false);
  native.write(writer, bufferOf("x"), 0, 1);
  await third;
  for (const fd of [reader, writer]) closeWatched(fd);
});
