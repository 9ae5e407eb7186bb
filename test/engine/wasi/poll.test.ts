import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, Guest, right } from "./guest.ts";

const work = temporaryDirectory();
const nonblock = 4;

/** A subscription, as a test writes it. */
type Wanted =
  | { readonly clock: number; readonly timeout: bigint; readonly absolute?: boolean }
  | { readonly read: number }
  | { readonly write: number }
  | { readonly type: number };

/** An event; `index` is that of its subscription. */
interface Seen {
  readonly index: number;
  readonly error: number;
  readonly type: number;
  readonly bytes: bigint;
  readonly hangup: boolean;
}

function poll(guest: Guest, ...wanted: readonly Wanted[]): Seen[] | number {
  const from = guest.room(wanted.length * 48);
  const to = guest.room(wanted.length * 32);
  const out = guest.room(4);
  for (const [index, one] of wanted.entries()) putSubscription(guest, from + index * 48, { index, one });
  const result = guest.call("poll_oneoff", from, to, wanted.length, out);
  if (result !== 0) return result;
  return Array.from({ length: guest.u32(out) }, (_, index) => readEvent(guest, to + index * 32));
}

function putSubscription(guest: Guest, at: number, { index, one }: { index: number; one: Wanted }): void {
  const { view } = guest;
  view.setBigUint64(at, BigInt(index) + 0xfeed_0000_0000n, true);
  if ("clock" in one) {
    view.setUint32(at + 16, one.clock, true);
    view.setBigUint64(at + 24, one.timeout, true);
    view.setUint16(at + 40, one.absolute === true ? 1 : 0, true);
  } else if ("type" in one) view.setUint8(at + 8, one.type);
  else {
    view.setUint8(at + 8, "read" in one ? 1 : 2);
    view.setUint32(at + 16, "read" in one ? one.read : one.write, true);
  }
}

function readEvent(guest: Guest, at: number): Seen {
  const { view } = guest;
  return {
    index: Number(view.getBigUint64(at, true) - 0xfeed_0000_0000n),
    error: view.getUint16(at + 8, true),
    type: view.getUint8(at + 10),
    bytes: view.getBigUint64(at + 16, true),
    hangup: view.getUint16(at + 24, true) === 1,
  };
}

function start(): { guest: Guest; reader: number; writer: number; file: number } {
  const host = mkdtempSync(join(work, "poll-"));
  Bun.spawnSync(["mkfifo", join(host, "fifo")]);
  writeFileSync(join(host, "file"), "0123456789");
  const guest = new Guest({ preopens: [directory(host)] });
  const pollable = 1n << 27n;
  const reader = guest.open("fifo", { rights: right.read | pollable, fdflags: nonblock });
  const writer = guest.open("fifo", { rights: right.write | pollable, fdflags: nonblock });
  const file = guest.open("file", { rights: right.read | right.write | pollable });
  return { guest, reader, writer, file };
}

function now(guest: Guest, clock: number): bigint {
  const at = guest.room(8);
  guest.call("clock_time_get", clock, 0n, at);
  return guest.u64(at);
}

const second = 1_000_000_000n;
const clockEvent = (index: number): Seen => ({ index, error: 0, type: 0, bytes: 0n, hangup: false });

test("more subscriptions than anyone polls for are EINVAL", () => {
  const guest = new Guest({});
  guest.memory.grow(64);
  expect(guest.call("poll_oneoff", 1024, 1024, 65_537, 8)).toBe(errno.inval);
});

test("no subscriptions are EINVAL", () => {
  expect(poll(start().guest)).toBe(errno.inval);
});

test("a clock waits as long as it should", () => {
  const { guest } = start();
  const before = now(guest, 1);
  expect(poll(guest, { clock: 1, timeout: 20_000_000n })).toEqual([clockEvent(0)]);
  expect(now(guest, 1) - before).toBeGreaterThanOrEqual(20_000_000n);
  for (const clock of [0, 1]) {
    const timeout = now(guest, clock) + 5_000_000n;
    expect(poll(guest, { clock, timeout, absolute: true })).toEqual([clockEvent(0)]);
    expect(now(guest, clock)).toBeGreaterThanOrEqual(timeout);
  }
});

test("of several clocks the first to ring is told, and those that have rung already all at once", () => {
  const { guest } = start();
  const far = { clock: 1, timeout: 3600n * second };
  expect(poll(guest, far, { clock: 0, timeout: 1000n })).toEqual([clockEvent(1)]);
  const past = { clock: 0, timeout: 1n, absolute: true };
  expect(poll(guest, past, far, { clock: 1, timeout: 0n })).toEqual([clockEvent(0), clockEvent(2)]);
  expect(poll(guest, { clock: 1, timeout: 2n ** 64n - 1n }, past)).toEqual([clockEvent(1)]);
});

test("CPU clocks cannot be waited for, and unknown ones do not exist", () => {
  const { guest } = start();
  const error = (clock: number): number | undefined => {
    const seen = poll(guest, { clock, timeout: 1n });
    return typeof seen === "number" ? -seen : seen[0]?.error;
  };
  expect([error(2), error(3), error(4)]).toEqual([errno.notsup, errno.notsup, errno.inval]);
});

test("a pipe is ready when it has bytes or room, and tells how many bytes", () => {
  const { guest, reader, writer } = start();
  const soon = { clock: 1, timeout: 1_000_000n };
  expect(poll(guest, { read: reader }, soon)).toEqual([clockEvent(1)]);
  const room = poll(guest, { read: reader }, { write: writer }, { clock: 1, timeout: 3600n * second });
  expect(room).toMatchObject([{ index: 1, error: 0, type: 2 }]);
  guest.write(writer, "12345");
  const ready = { index: 0, error: 0, type: 1, bytes: 5n, hangup: false };
  expect(poll(guest, { read: reader }, { clock: 1, timeout: 3600n * second })).toEqual([ready]);
  guest.call("fd_close", writer);
  expect(poll(guest, { read: reader })).toEqual([{ ...ready, hangup: true }]);
  guest.read(reader);
  expect(poll(guest, { read: reader })).toEqual([{ ...ready, bytes: 0n, hangup: true }]);
});

test("files are always ready, and tell what is left to read", () => {
  const { guest, file } = start();
  guest.read(file, 4);
  expect(poll(guest, { read: file }, { write: file }, { clock: 1, timeout: 3600n * second })).toMatchObject([
    { index: 0, error: 0, type: 1, bytes: 6n },
    { index: 1, error: 0, type: 2 },
  ]);
});

test("what cannot be waited for says so in its event, and does not stop the others", () => {
  const { guest, writer, file } = start();
  guest.call("fd_fdstat_set_rights", file, right.read, 0n);
  expect(poll(guest, { read: 77 }, { write: writer }, { read: file }, { type: 3 })).toMatchObject([
    { index: 0, error: errno.badf, type: 1 },
    { index: 2, error: errno.notcapable },
    { index: 3, error: errno.inval, type: 3 },
    { index: 1, error: 0, type: 2 },
  ]);
});

test("the events may be written over the subscriptions", () => {
  const { guest } = start();
  const at = guest.room(96);
  for (const index of [0, 1])
    putSubscription(guest, at + index * 48, { index, one: { clock: 1, timeout: 1n } });
  const out = guest.room(4);
  expect(guest.call("poll_oneoff", at, at, 2, out)).toBe(0);
  expect(readEvent(guest, at)).toEqual(clockEvent(0));
});
