import { expect, test } from "bun:test";
import { Reader } from "../../../engine/module/reader.ts";
import { leb128 } from "../../../engine/module/limits.ts";
import { WrunError } from "../../../oci/error.ts";

const over = (...bytes: number[]): Reader => new Reader(Uint8Array.from(bytes));

test("u32() reads the whole range, in padded form too", () => {
  expect(over(0).u32()).toBe(0);
  expect(over(0xff, 0xff, 0xff, 0xff, 0x0f).u32()).toBe(0xffffffff);
  expect(over(0x80, 0x80, 0x80, 0x80, 0x00).u32()).toBe(0);
});

test("u32() refuses a sixth byte, bits past the 32nd, and an end in its middle", () => {
  for (const bytes of [[0xff, 0xff, 0xff, 0xff, 0x1f], [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0x80], []])
    expect(() => over(...bytes).u32()).toThrow(WrunError);
});

test("u64() reads the whole range and refuses what is longer", () => {
  expect(over(...Array.from({ length: 9 }, () => 0xff), 0x01).u64()).toBe(2n ** 64n - 1n);
  expect(() => over(...Array.from({ length: 9 }, () => 0xff), 0x02).u64()).toThrow(WrunError);
});

test("leb128() and u64() are each other's inverse", () => {
  for (const value of [0n, 1n, 127n, 128n, 16384n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n])
    expect(over(...leb128(value)).u64()).toBe(value);
});

test("name() reads UTF-8 and refuses what is none", () => {
  expect(over(2, 0xc3, 0xa4).name()).toBe("ä");
  expect(over(3, 0xef, 0xbb, 0xbf).name()).toBe("\ufeff");
  for (const bytes of [
    [1, 0xff],
    [2, 0xc3, 0x28],
    [5, 0x61],
  ])
    expect(() => over(...bytes).name()).toThrow(WrunError);
});

test("a vector whose count exceeds the bytes left is refused before it is read", () => {
  let items = 0;
  expect(() => over(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2).vector(() => items++)).toThrow(WrunError);
  expect(items).toBe(0);
});

test("a slice ends where it was cut, whatever follows", () => {
  const part = over(1, 2, 3).slice(2);
  expect([part.u8(), part.u8(), part.done]).toEqual([1, 2, true]);
  expect(() => part.u8()).toThrow(WrunError);
});
