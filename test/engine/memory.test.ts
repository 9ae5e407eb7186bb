import { expect, test } from "bun:test";
import { GuestMemory } from "../../engine/memory.ts";

const page = 65536;

test("before a memory is named, every pointer lies outside", () => {
  const memory = new GuestMemory();
  expect([memory.fits(0, 0), memory.fits(0, 1), memory.putU8(0, 1)]).toEqual([true, false, false]);
  expect(memory.bytes).toHaveLength(0);
});

test("values are written little-endian, and not at all where they do not fit", () => {
  const memory = new GuestMemory();
  memory.bind(new WebAssembly.Memory({ initial: 1 }));
  expect(memory.putU64(8, 0x0807060504030201n)).toBe(true);
  expect([...memory.bytes.subarray(8, 16)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([memory.u8(8), memory.u16(8), memory.u32(8), memory.u64(8)]).toEqual([
    0x01,
    0x0201,
    0x04030201,
    0x0807060504030201n,
  ]);
  expect(memory.putU64(page - 7, 1n)).toBe(false);
  expect(memory.putU32(page - 3, 1)).toBe(false);
  expect(memory.putU16(page - 1, 1)).toBe(false);
  expect(memory.putU8(page, 1)).toBe(false);
  expect(memory.u32(page - 4)).toBe(0);
});

test("lengths that would wrap around do not fit", () => {
  const memory = new GuestMemory();
  memory.bind(new WebAssembly.Memory({ initial: 1 }));
  expect(memory.fits(2 ** 32 - 1, 2)).toBe(false);
  expect(memory.fits(1, 2 ** 32 - 1)).toBe(false);
  expect(memory.fits(page, 0)).toBe(true);
});

test("a grown memory is seen, shared or not", () => {
  for (const shared of [false, true]) {
    const grown = new WebAssembly.Memory({ initial: 1, maximum: 3, shared });
    const memory = new GuestMemory();
    memory.bind(grown);
    expect(memory.fits(page, 4)).toBe(false);
    grown.grow(1);
    expect(memory.putU32(page, 7)).toBe(true);
    expect(new DataView(grown.buffer).getUint32(page, true)).toBe(7);
    expect(memory.bytes).toHaveLength(2 * page);
  }
});
