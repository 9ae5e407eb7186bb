import { expect, test } from "bun:test";
import { errno, Exited, Guest } from "./guest.ts";

/** A list of strings as args_get and environ_get give it. */
function list(guest: Guest, name: "args" | "environ"): string[] {
  const [count, size] = [guest.room(4), guest.room(4)];
  expect(guest.call(`${name}_sizes_get`, count, size)).toBe(0);
  const pointers = guest.room(guest.u32(count) * 4);
  const buffer = guest.room(guest.u32(size));
  expect(guest.call(`${name}_get`, pointers, buffer)).toBe(0);
  const texts = guest.text(buffer, guest.u32(size)).split("\0").slice(0, -1);
  for (let index = 0, at = buffer; index < texts.length; index++) {
    expect(guest.u32(pointers + index * 4)).toBe(at);
    at += new TextEncoder().encode(texts[index]).length + 1;
  }
  return texts;
}

test("args_get and environ_get give what was granted, in order, and nothing of ours", () => {
  const args = ["/app.wasm", "", "two words", "päth", "new\nline"];
  const env = ["A=1", "A=2", "EMPTY=", "LONG=" + "x".repeat(3000)];
  const guest = new Guest({ args, env });
  expect(list(guest, "args")).toEqual(args);
  expect(list(guest, "environ")).toEqual(env);
  expect(list(new Guest({}), "args")).toEqual([]);
  expect(list(new Guest({}), "environ")).toEqual([]);
});

test("args_get outside the memory is EFAULT", () => {
  const guest = new Guest({ args: ["app", "argument"] });
  const end = guest.memory.buffer.byteLength;
  expect(guest.call("args_get", end - 4, 1024)).toBe(errno.fault);
  expect(guest.call("args_get", 1024, end - 6)).toBe(errno.fault);
  expect(guest.call("args_sizes_get", end - 2, 1024)).toBe(errno.fault);
  expect(guest.call("environ_sizes_get", 1024, -1)).toBe(errno.fault);
});

test("all four clocks run, and tell their resolution", () => {
  const guest = new Guest({});
  const at = guest.room(8);
  for (const clock of [0, 1, 2, 3]) {
    expect(guest.call("clock_res_get", clock, at)).toBe(0);
    expect(guest.u64(at)).toBeGreaterThan(0n);
    expect(guest.call("clock_time_get", clock, 0n, at)).toBe(0);
    const before = guest.u64(at);
    expect(before).toBeGreaterThan(0n);
    guest.call("clock_time_get", clock, 1n, at);
    expect(guest.u64(at)).toBeGreaterThanOrEqual(before);
  }
  expect(guest.call("clock_time_get", 4, 0n, at)).toBe(errno.inval);
  expect(guest.call("clock_time_get", -1, 0n, at)).toBe(errno.inval);
  expect(guest.call("clock_res_get", 4, at)).toBe(errno.inval);
});

test("the realtime clock is the host's", () => {
  const guest = new Guest({});
  const at = guest.room(8);
  const before = BigInt(Date.now());
  guest.call("clock_time_get", 0, 0n, at);
  expect(guest.u64(at) / 1_000_000n).toBeGreaterThanOrEqual(before);
  expect(guest.u64(at) / 1_000_000n).toBeLessThanOrEqual(BigInt(Date.now()));
});

test("random_get fills exactly what was asked for", () => {
  const guest = new Guest({});
  const at = guest.room(96);
  expect(guest.call("random_get", at + 16, 64)).toBe(0);
  const bytes = new Uint8Array(guest.memory.buffer);
  expect(bytes.slice(at, at + 16)).toEqual(new Uint8Array(16));
  expect(bytes.slice(at + 80, at + 96)).toEqual(new Uint8Array(16));
  expect(new Set(bytes.slice(at + 16, at + 80)).size).toBeGreaterThan(20);
  expect(guest.call("random_get", at, 0)).toBe(0);
});

test("sched_yield comes back", () => {
  expect(new Guest({}).call("sched_yield")).toBe(0);
});

test("proc_exit ends the guest with its code, all 32 bits of it", () => {
  expect(() => new Guest({}).call("proc_exit", 7)).toThrow(new Exited(7));
  expect(() => new Guest({}).call("proc_exit", -1)).toThrow(new Exited(2 ** 32 - 1));
});

test("proc_raise takes no signal, one that ends nobody, and none that does not exist", () => {
  const guest = new Guest({});
  const [none, urg] = [0, 22];
  expect(guest.call("proc_raise", none)).toBe(0);
  expect(guest.call("proc_raise", urg)).toBe(0);
  expect(guest.call("proc_raise", 31)).toBe(errno.inval);
  expect(guest.call("proc_raise", -1)).toBe(errno.inval);
});
