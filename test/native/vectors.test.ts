import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { temporaryDirectory } from "../wrun.ts";
import { bufferOf, failed, open, pipe, putVectors, textOf } from "./scratch.ts";

const directory = temporaryDirectory();

function scratchFile(name: string, content = ""): { path: string; fd: number } {
  const path = `${directory}/${name}`;
  writeFileSync(path, content);
  return { path, fd: native.openat(-100, path, open.readWrite, 0) };
}

test("writev() gathers and readv() scatters, one vector or many", () => {
  const { fd, path } = scratchFile("gather");
  const memory = bufferOf("....hello, world");
  putVectors(memory, 100, [[4, 5]]);
  expect(native.writev(fd, memory, 100, 1)).toBe(5);
  putVectors(memory, 100, [
    [9, 2],
    [0, 0],
    [11, 5],
  ]);
  expect(native.writev(fd, memory, 100, 3)).toBe(7);
  expect(readFileSync(path, "utf8")).toBe("hello, world");
  native.lseek(fd, 0n, 0);
  putVectors(memory, 100, [
    [200, 2],
    [210, 40],
  ]);
  expect(native.readv(fd, memory, 100, 2)).toBe(12);
  expect([textOf(memory, 200, 3), textOf(memory, 210, 11)]).toEqual(["he\0", "llo, world\0"]);
  expect(native.writev(fd, memory, 100, 0)).toBe(0);
  native.close(fd);
});

test("preadv() and pwritev() leave the position alone", () => {
  const { fd, path } = scratchFile("position", "0123456789");
  const memory = bufferOf("ABCDEF");
  putVectors(memory, 100, [
    [0, 2],
    [4, 2],
  ]);
  expect(native.pwritev(fd, memory, 100, 2, 3n)).toBe(4);
  expect(readFileSync(path, "utf8")).toBe("012ABEF789");
  putVectors(memory, 100, [[50, 3]]);
  expect(native.preadv(fd, memory, 100, 1, 8n)).toBe(2);
  expect(textOf(memory, 50, 3)).toBe("89\0");
  expect(native.lseek(fd, 0n, 1)).toBe(0n);
  expect(native.preadv(fd, memory, 100, 1, -1n)).toBe(failed.inval);
  const [reader, writer] = pipe();
  expect(native.pwritev(writer, memory, 100, 1, 0n)).toBe(failed.spipe);
  native.close(reader);
  native.close(writer);
  native.close(fd);
});

const outside: readonly (readonly [string, number, number, readonly (readonly [number, number])[]])[] = [
  ["a vector past the end", 0, 1, [[250, 7]]],
  ["a vector whose end wraps 32 bits", 0, 1, [[0xffffffff, 2]]],
  ["a vector of 4 GiB", 0, 1, [[0, 0xffffffff]]],
  ["an empty vector out of range", 0, 1, [[257, 0]]],
  [
    "a bad vector after a good one",
    0,
    2,
    [
      [0, 1],
      [256, 1],
    ],
  ],
  ["vectors past the end", 256, 1, []],
  ["vectors that reach past the end", 249, 1, []],
  ["vectors at a negative address", -8, 1, []],
  ["vectors at an address past 4 GiB", 2 ** 32, 1, []],
];

test.each(outside)("%s is EFAULT in every call", (_what, at, count, vectors) => {
  const { fd, path } = scratchFile("outside", "kept");
  const memory = bufferOf("", 256);
  putVectors(memory, 0, vectors);
  const out = new Int32Array(1);
  expect(native.readv(fd, memory, at, count)).toBe(failed.fault);
  expect(native.writev(fd, memory, at, count)).toBe(failed.fault);
  expect(native.preadv(fd, memory, at, count, 0n)).toBe(failed.fault);
  expect(native.pwritev(fd, memory, at, count, 0n)).toBe(failed.fault);
  expect(native.recv(fd, memory, at, count, 0, out)).toBe(failed.fault);
  expect(native.send(fd, memory, at, count, 0)).toBe(failed.fault);
  expect(readFileSync(path, "utf8")).toBe("kept");
  native.close(fd);
});

test("more vectors than IOV_MAX, or fewer than none, are EINVAL", () => {
  const { fd } = scratchFile("most", "x".repeat(2000));
  const memory = new ArrayBuffer(16384);
  putVectors(
    memory,
    0,
    Array.from({ length: 1025 }, () => [16000, 1] as const),
  );
  expect(native.readv(fd, memory, 0, 1024)).toBe(1024);
  expect(native.readv(fd, memory, 0, 1025)).toBe(failed.inval);
  expect(native.readv(fd, memory, 0, -1)).toBe(failed.inval);
  expect(native.readv(fd, memory, 0, 2 ** 32)).toBe(failed.inval);
  native.close(fd);
});

test("a wasm memory of 4 GiB is reached up to its last byte and no further", () => {
  const memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536 }).buffer;
  const last = 2 ** 32 - 1;
  expect(memory.byteLength).toBe(2 ** 32);
  const { fd, path } = scratchFile("large");
  new Uint8Array(memory)[last] = 0x21;
  new Uint8Array(memory)[2 ** 31] = 0x3f;
  const high = 2 ** 32 - 64;
  putVectors(memory, high, [
    [last, 1],
    [2 ** 31, 1],
  ]);
  expect(native.writev(fd, memory, high, 2)).toBe(2);
  expect(native.write(fd, memory, last, 1)).toBe(1);
  expect(readFileSync(path, "utf8")).toBe("!?!");
  expect(native.write(fd, memory, last, 2)).toBe(failed.fault);
  putVectors(memory, high, [[last, 2]]);
  expect(native.writev(fd, memory, high, 1)).toBe(failed.fault);
  expect(native.clockTime(0, memory, 2 ** 32 - 8)).toBe(0);
  expect(native.clockTime(0, memory, 2 ** 32 - 7)).toBe(failed.fault);
  native.close(fd);
});

test("shared, growable and resizable memories are buffers like any other", () => {
  const { fd, path } = scratchFile("shared");
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const resizable = new ArrayBuffer(64, { maxByteLength: 128 });
  for (const buffer of [shared.buffer, resizable]) {
    putVectors(buffer, 0, [[32, 2]]);
    new Uint8Array(buffer).set([0x6f, 0x6b], 32);
    expect(native.pwritev(fd, buffer, 0, 1, 0n)).toBe(2);
    expect(readFileSync(path, "utf8")).toBe("ok");
  }
  expect(native.write(fd, resizable, 64, 1)).toBe(failed.fault);
  resizable.resize(128);
  expect(native.write(fd, resizable, 64, 1)).toBe(1);
  resizable.resize(16);
  expect(native.write(fd, resizable, 64, 1)).toBe(failed.fault);
  native.close(fd);
});

test("a memory that has grown is reached through its new buffer only", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  const before = memory.buffer;
  memory.grow(1);
  expect(native.getrandom(before, 0, 1)).toBe(failed.fault);
  expect(native.getrandom(memory.buffer, 65536, 65536)).toBe(65536);
});
