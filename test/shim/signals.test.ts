import { expect, test } from "bun:test";
import { parseSignal } from "../../shim/signals.ts";

test("a signal is a number or a name, with or without SIG, in any case", () => {
  for (const text of ["15", "TERM", "SIGTERM", "term", "sigterm", "SigTerm", "015"])
    expect(parseSignal(text)).toBe(15);
  expect(["HUP", "KILL", "SIGCHLD", "sys"].map(parseSignal)).toEqual([1, 9, 17, 31]);
});

test("real-time signals are counted from either end", () => {
  expect(["RTMIN", "SIGRTMIN+3", "RTMAX-1", "rtmax", "64"].map(parseSignal)).toEqual([34, 37, 63, 64, 64]);
});

test("what is no signal is refused", () => {
  for (const text of [
    "",
    "0",
    "65",
    "-9",
    "9x",
    "TERMINATE",
    "SIG",
    "RTMIN+31",
    "RTMIN-1",
    "constructor",
    "0x9",
    "1e1",
  ]) {
    expect(() => parseSignal(text)).toThrow("unknown signal");
  }
});
