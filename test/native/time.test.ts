import { expect, test } from "bun:test";
import { native } from "../../native/native.ts";
import { bufferOf, failed, pipe, snippet } from "./scratch.ts";
import { run } from "../wrun.ts";

const monotonic = 1;
const pollIn = 1;
const pollOut = 4;

function now(clock: number): bigint {
  const buffer = new ArrayBuffer(8);
  if (native.clockTime(clock, buffer, 0) !== 0) throw new Error(`clock ${clock}`);
  return new DataView(buffer).getBigUint64(0, true);
}

test("clockTime() reads each of WASI's four clocks", () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const realtime = now(0);
  const after = (BigInt(Date.now()) + 1n) * 1_000_000n;
  expect(realtime).toBeGreaterThanOrEqual(before);
  expect(realtime).toBeLessThanOrEqual(after);
  for (const clock of [1, 2, 3]) {
    const first = now(clock);
    expect(first).toBeGreaterThan(0n);
    expect(now(clock)).toBeGreaterThanOrEqual(first);
  }
});

test("clockTime() writes 8 bytes, unaligned where asked, and nothing beside them", () => {
  const bytes = new Uint8Array(16).fill(0xff);
  expect(native.clockTime(0, bytes.buffer, 3)).toBe(0);
  expect([bytes[2], bytes[11]]).toEqual([0xff, 0xff]);
  expect(bytes[10]).toBeLessThan(0x80);
  expect(native.clockTime(0, bytes.buffer, 9)).toBe(failed.fault);
  expect(native.clockTime(0, bytes.buffer, -1)).toBe(failed.fault);
  expect(native.clockTime(99, bytes.buffer, 0)).toBe(failed.inval);
});

test("clockRes() gives a resolution above zero", () => {
  const buffer = new ArrayBuffer(8);
  for (const clock of [0, 1, 2, 3]) {
    expect(native.clockRes(clock, buffer, 0)).toBe(0);
    expect(new DataView(buffer).getBigUint64(0, true)).toBeGreaterThan(0n);
  }
  expect(native.clockRes(99, buffer, 0)).toBe(failed.inval);
  expect(native.clockRes(0, buffer, 1)).toBe(failed.fault);
});

test("getrandom() fills exactly the bytes asked for", () => {
  const bytes = new Uint8Array(64);
  expect(native.getrandom(bytes.buffer, 16, 32)).toBe(32);
  expect(new Set(bytes.subarray(16, 48)).size).toBeGreaterThan(8);
  expect(bytes.subarray(0, 16).every((b) => b === 0)).toBe(true);
  expect(bytes.subarray(48).every((b) => b === 0)).toBe(true);
});

test("schedYield() returns", () => {
  expect(native.schedYield()).toBe(0);
});

test("poll() tells which of its descriptors are ready", () => {
  const [reader, writer] = pipe();
  const fds = Int32Array.from([reader, pollIn, -1, writer, pollOut, -1]);
  expect(native.poll(fds, 2, -1n)).toBe(1);
  expect([...fds]).toEqual([reader, pollIn, 0, writer, pollOut, pollOut]);
  native.write(writer, bufferOf("x"), 0, 1);
  expect(native.poll(fds, 2, 0n)).toBe(2);
  expect([fds[2], fds[5]]).toEqual([pollIn, pollOut]);
  native.close(writer);
  native.read(reader, new ArrayBuffer(8), 0, 8);
  expect(native.poll(fds, 1, -1n)).toBe(1);
  expect(fds[2]).toBe(0x10);
  native.close(reader);
  expect(native.poll(fds, 1, -1n)).toBe(1);
  expect(fds[2]).toBe(0x20);
});

test("poll() watches more descriptors than it has room for on its stack", () => {
  const [reader, writer] = pipe();
  const fds = new Int32Array(300);
  for (let i = 0; i < 100; i++) fds.set([i === 99 ? writer : reader, i === 99 ? pollOut : pollIn, -1], i * 3);
  expect(native.poll(fds, 100, -1n)).toBe(1);
  expect(fds[299]).toBe(pollOut);
  expect(fds[296]).toBe(0);
  native.close(reader);
  native.close(writer);
});

test("poll() waits for its timeout and no shorter, and 0 does not wait", () => {
  const [reader, writer] = pipe();
  const fds = Int32Array.from([reader, pollIn, 0]);
  const start = now(monotonic);
  expect(native.poll(fds, 1, 0n)).toBe(0);
  expect(native.poll(fds, 1, 20_000_000n)).toBe(0);
  expect(now(monotonic) - start).toBeGreaterThanOrEqual(20_000_000n);
  expect(native.poll(fds, 0, 1_000_000n)).toBe(0);
  native.close(reader);
  native.close(writer);
});

test("poll() refuses a count past its array", () => {
  const fds = new Int32Array(5);
  for (const count of [2, -1, 2 ** 40]) expect(native.poll(fds, count, 0n)).toBe(failed.fault);
});

test("nanosleep() sleeps for a while, or until a time of the clock", () => {
  const absolute = 1;
  const start = now(monotonic);
  expect(native.nanosleep(monotonic, 0, 10_000_000n)).toBe(0);
  const until = start + 30_000_000n;
  expect(native.nanosleep(monotonic, absolute, until)).toBe(0);
  expect(now(monotonic)).toBeGreaterThanOrEqual(until);
  expect(native.nanosleep(monotonic, absolute, start)).toBe(0);
  expect(native.nanosleep(0, absolute, 1n)).toBe(0);
  expect(native.nanosleep(99, 0, 0n)).toBe(failed.inval);
  expect(native.nanosleep(monotonic, 0, -1n)).toBe(failed.inval);
});

// A profiling timer would be the natural way to interrupt; a neighbour that sends SIGWINCH does the same.
test("poll(), nanosleep() and read() begin again where a signal interrupts them", () => {
  const ended = run(
    snippet(`
      process.on("SIGWINCH", () => {});
      const winch = 28, monotonic = 1, span = 60_000_000n;
      const now = () => { const b = new ArrayBuffer(8); native.clockTime(1, b, 0); return new DataView(b).getBigUint64(0, true); };
      const [reader, writer] = native.pipe();
      const neighbour = native.spawn({ path: "/bin/sh", env: [], fds: [-1, writer, 2],
        argv: ["sh", "-c", "i=0; while [ $i -lt 3000 ]; do kill -s WINCH " + native.getpid() + " || exit; i=$((i+1)); done; echo done"] });
      native.close(writer);
      let begin = now();
      const slept = native.nanosleep(monotonic, 0, span);
      const sleptLongEnough = now() - begin >= span;
      begin = now();
      const polled = native.poll(new Int32Array(3), 0, span);
      const polledLongEnough = now() - begin >= span;
      const line = native.read(reader, new ArrayBuffer(16), 0, 16);
      console.log(slept, sleptLongEnough, polled, polledLongEnough, line, native.waitpid(neighbour, 0).join());
    `),
  );
  expect(ended.stderr).toBe("");
  expect(ended.stdout).toBe("0 true 0 true 5 1,0\n");
});
