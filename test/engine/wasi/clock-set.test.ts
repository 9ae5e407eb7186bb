import { afterEach, expect, mock, test } from "bun:test";
import * as addon from "../../../native/native.ts";

// Nobody sets the clock of the machine for a test: what the kernel would say stands here.
const second = 1_000_000_000n;
const { native } = addon;
let wallClockAhead = 0n;
let waits: bigint[] = [];
/** What happens while the engine waits, one after the other; the wait is over at once. */
let meanwhile: (() => void)[] = [];
let waiting = false;

void mock.module("../../../native/native.ts", () => ({
  ...addon,
  native: {
    ...native,
    clockTime(id: number, memory: ArrayBuffer, offset: number): number {
      const result = native.clockTime(id, memory, offset);
      const time = new DataView(memory);
      if (id === 0) time.setBigUint64(offset, time.getBigUint64(offset, true) + wallClockAhead, true);
      return result;
    },
    poll(fds: Int32Array<ArrayBuffer>, count: number, timeout: bigint): number {
      if (!waiting) return native.poll(fds, count, timeout);
      waits.push(timeout);
      const happens = meanwhile.shift();
      if (happens === undefined) throw new Error("it waits on");
      happens();
      return native.poll(fds, count, 0n);
    },
  },
}));
const { Guest } = await import("./guest.ts");

afterEach(() => {
  wallClockAhead = 0n;
  waits = [];
  meanwhile = [];
});

/** Waits for one clock: `timeout` from now, or until then by that clock. */
function wait(clock: number, timeout: bigint, absolute: boolean): number {
  const guest = new Guest({});
  const [from, to, out] = [guest.room(48), guest.room(32), guest.room(8)];
  let at = timeout;
  if (absolute) {
    guest.call("clock_time_get", clock, 0n, out);
    at += guest.u64(out);
  }
  guest.view.setUint32(from + 16, clock, true);
  guest.view.setBigUint64(from + 24, at, true);
  guest.view.setUint16(from + 40, absolute ? 1 : 0, true);
  waiting = true;
  try {
    expect(guest.call("poll_oneoff", from, to, 1, out)).toBe(0);
  } finally {
    waiting = false;
  }
  return guest.u32(out);
}

const step = (by: bigint) => () => {
  wallClockAhead += by;
};

test("a wall clock that is set forward ends the wait for a time of day that has come by it", () => {
  meanwhile = [step(0n), step(3600n * second)];
  expect(wait(0, 3600n * second, true)).toBe(1);
  // Within a second of the step.
  expect(waits).toEqual([second, second]);
});

test("a wall clock that is set back prolongs the wait for a time of day, and ends no other", () => {
  meanwhile = [step(-3600n * second), step(0n), step(3600n * second + second)];
  expect(wait(0, second / 2n, true)).toBe(1);
  expect(waits).toHaveLength(3);
  expect(waits[1]).toBe(second);
});

for (const by of [-3600n * second, 3600n * second])
  test(`a span of time is as long as it was when the wall clock is set by ${by / second} s meanwhile`, () => {
    meanwhile = [step(by)];
    expect(() => wait(0, 60n * second, false)).toThrow("it waits on");
    for (const each of waits) {
      expect(each).toBeGreaterThan(50n * second);
      expect(each).toBeLessThanOrEqual(60n * second);
    }
  });

test("the monotonic clock is not looked at until its time has come", () => {
  meanwhile = [step(-second)];
  expect(() => wait(1, 3600n * second, true)).toThrow("it waits on");
  expect(waits[1]).toBeGreaterThan(3000n * second);
});
