import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { native, statFields } from "../../native/native.ts";
import { temporaryDirectory } from "../wrun.ts";
import { bufferOf, failed, open, pipe, textOf } from "./scratch.ts";

const directory = temporaryDirectory();
let files = 0;

function scratchFile(content = ""): { path: string; fd: number } {
  const path = `${directory}/file-${files++}`;
  writeFileSync(path, content);
  return { path, fd: native.openat(-100, path, open.readWrite, 0) };
}

test("read() and write() move bytes between a descriptor and a part of a buffer", () => {
  const { fd, path } = scratchFile();
  const buffer = bufferOf("..hello..");
  expect(native.write(fd, buffer, 2, 5)).toBe(5);
  expect(readFileSync(path, "utf8")).toBe("hello");
  expect(native.lseek(fd, 1n, 0)).toBe(1n);
  expect(native.read(fd, buffer, 100, 50)).toBe(4);
  expect(textOf(buffer, 100, 5)).toBe("ello\0");
  expect(native.read(fd, buffer, 100, 50)).toBe(0);
  native.close(fd);
});

test("read(), write(), getdents(), getrandom() refuse a range that leaves the buffer", () => {
  const { fd } = scratchFile("0123456789abcdef");
  const buffer = bufferOf("", 16);
  const outside = [
    [0, 17],
    [1, 16],
    [16, 1],
    [17, 0],
    [-1, 1],
    [0, -1],
    [2 ** 32, 1],
    [1, 2 ** 32],
    [2 ** 53, 0],
    [2 ** 32 + 1, -(2 ** 32)],
    [8, 2 ** 53],
  ] as const;
  for (const [offset, length] of outside) {
    expect(native.read(fd, buffer, offset, length)).toBe(failed.fault);
    expect(native.write(fd, buffer, offset, length)).toBe(failed.fault);
    expect(native.getdents(fd, buffer, offset, length)).toBe(failed.fault);
    expect(native.getrandom(buffer, offset, length)).toBe(failed.fault);
  }
  expect(native.read(fd, buffer, 16, 0)).toBe(0);
  expect(native.read(fd, buffer, 0, 16)).toBe(16);
  native.close(fd);
});

test("a detached or empty buffer has no byte to offer", () => {
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  expect(native.getrandom(detached, 0, 1)).toBe(failed.fault);
  expect(native.getrandom(new ArrayBuffer(0), 0, 1)).toBe(failed.fault);
  expect(native.getrandom(new ArrayBuffer(0), 0, 0)).toBe(0);
});

test("an argument of a wrong type is a TypeError, and nothing has happened", () => {
  const { fd, path } = scratchFile("kept");
  const wrong = native as unknown as Record<string, (...values: unknown[]) => unknown>;
  const calls: [string, unknown[]][] = [
    ["close", ["3"]],
    ["close", []],
    ["close", [NaN]],
    ["close", [0.5]],
    ["close", [2 ** 32]],
    ["write", [fd, new ArrayBuffer(4), -Infinity, 4]],
    ["write", [fd, new ArrayBuffer(4), 0, 2 ** 64]],
    ["write", [fd, new Uint8Array(4), 0, 4]],
    ["write", [fd, new ArrayBuffer(4), 0n, 4]],
    ["ftruncate", [fd, 0]],
    ["lseek", [fd, 0, 0]],
    ["setCloexec", [fd, 1]],
    ["fstat", [fd, new BigUint64Array(13)]],
    ["fstat", [fd, new Int32Array(26)]],
    ["mkdirat", [-100, undefined, 0o777]],
    ["poll", [new Uint32Array(3), 1, 0n]],
    ["exitOnSignals", ["no list", -1]],
    ["exitOnSignals", [["15"], -1]],
    ["spawn", [undefined]],
    ["spawn", [{ path: "/bin/true", argv: "true", env: [], fds: [] }]],
    ["spawn", [{ path: "/bin/true", argv: [], env: [], fds: ["0"] }]],
    ["execve", ["/bin/true", [1], []]],
    ["waitForwarding", [1, 15]],
  ];
  for (const [name, values] of calls) expect(() => wrong[name]?.(...values)).toThrow(TypeError);
  expect(readFileSync(path, "utf8")).toBe("kept");
  expect(native.close(fd)).toBe(0);
});

test("a closed descriptor answers EBADF everywhere", () => {
  const fd = native.dup(0, 900);
  native.close(fd);
  const buffer = new ArrayBuffer(16);
  const results = [
    native.close(fd),
    native.read(fd, buffer, 0, 1),
    native.write(fd, buffer, 0, 1),
    Number(native.lseek(fd, 0n, 0)),
    native.fstat(fd, new BigInt64Array(statFields.count)),
    native.ftruncate(fd, 0n),
    native.fallocate(fd, 0, 0n, 1n),
    native.fadvise(fd, 0n, 0n, 0),
    native.fsync(fd),
    native.fdatasync(fd),
    native.getFlags(fd),
    native.setFlags(fd, 0),
    native.setCloexec(fd, true),
    native.dup(fd, 0),
    native.dup2(fd, 901),
    native.fsType(fd),
    native.getdents(fd, buffer, 0, 16),
    native.flock(fd, 1),
    native.windowSize(fd),
    native.bytesReadable(fd),
    native.fchmod(fd, 0o600),
    native.fchown(fd, -1, -1),
  ];
  expect(results).toEqual(results.map(() => failed.badf));
  expect(native.isatty(fd)).toBe(false);
});

test("lseek() goes past 2^53 where the file system does, and says ESPIPE on a pipe", () => {
  const memory = native.openat(-100, "/proc/self/mem", open.readOnly, 0);
  expect(native.lseek(memory, 2n ** 53n + 1n, 0)).toBe(2n ** 53n + 1n);
  native.close(memory);
  const [reader, writer] = pipe();
  expect(native.lseek(reader, 0n, 1)).toBe(BigInt(failed.spipe));
  native.close(reader);
  native.close(writer);
});

test("ftruncate(), fallocate(), fadvise(), fsync(), fdatasync() act on the file", () => {
  const { fd, path } = scratchFile("0123456789");
  expect(native.ftruncate(fd, 4n)).toBe(0);
  expect(readFileSync(path, "utf8")).toBe("0123");
  expect(native.fallocate(fd, 0, 0n, 100n)).toBe(0);
  expect(statSync(path).size).toBe(100);
  expect(native.ftruncate(fd, -1n)).toBe(failed.inval);
  expect(native.fadvise(fd, 0n, 0n, 99)).toBe(failed.inval);
  expect([native.fadvise(fd, 0n, 0n, 3), native.fsync(fd), native.fdatasync(fd)]).toEqual([0, 0, 0]);
  native.close(fd);
});

test("descriptor flags: every new descriptor is close-on-exec until setCloexec() says otherwise", () => {
  const { fd } = scratchFile();
  const copy = native.dup(fd, 500);
  const isCloexec = (of: number): boolean =>
    (Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${of}`, "utf8"))?.[1] ?? "", 8) &
      0o2000000) !==
    0;
  expect(copy).toBeGreaterThanOrEqual(500);
  expect([isCloexec(fd), isCloexec(copy)]).toEqual([true, true]);
  expect(native.setCloexec(copy, false)).toBe(0);
  expect(isCloexec(copy)).toBe(false);
  expect(native.setCloexec(copy, true)).toBe(0);
  expect(isCloexec(copy)).toBe(true);
  expect(native.dup2(fd, copy)).toBe(copy);
  const append = 0o2000;
  expect(native.setFlags(fd, append)).toBe(0);
  expect(native.getFlags(copy) & append).toBe(append);
  native.close(fd);
  native.close(copy);
});

test("getdents() fills raw records until it returns 0", () => {
  mkdirSync(`${directory}/many`);
  for (let i = 0; i < 20; i++) writeFileSync(`${directory}/many/name-${i}`, "");
  const fd = native.openat(-100, `${directory}/many`, open.readOnly, 0);
  const buffer = new ArrayBuffer(200);
  const names: string[] = [];
  for (
    let filled = native.getdents(fd, buffer, 8, 192);
    filled > 0;
    filled = native.getdents(fd, buffer, 8, 192)
  ) {
    for (let at = 8; at < 8 + filled; at += new DataView(buffer).getUint16(at + 16, true)) {
      names.push(
        textOf(buffer, at + 19, new DataView(buffer).getUint16(at + 16, true) - 19).split("\0")[0] ?? "",
      );
    }
  }
  const expected = [".", "..", ...Array.from({ length: 20 }, (_, i) => `name-${i}`)];
  expect(names.sort()).toEqual(expected.sort());
  expect(native.getdents(fd, buffer, 0, 1)).toBe(0);
  native.lseek(fd, 0n, 0);
  expect(native.getdents(fd, buffer, 0, 1)).toBe(failed.inval);
  native.close(fd);
});

test("flock() refuses a second holder", () => {
  const { fd, path } = scratchFile();
  const other = native.openat(-100, path, open.readWrite, 0);
  const exclusive = 2;
  const atOnce = 4;
  expect(native.flock(fd, exclusive | atOnce)).toBe(0);
  expect(native.flock(other, exclusive | atOnce)).toBe(failed.again);
  native.close(fd);
  expect(native.flock(other, exclusive | atOnce)).toBe(0);
  native.close(other);
});

test("fsType() tells proc from the rest", () => {
  const proc = native.openat(-100, "/proc", open.readOnly, 0);
  expect(native.fsType(proc)).toBe(0x9fa0);
  native.close(proc);
});

test("bytesReadable() counts what a pipe and a file hold", () => {
  const [reader, writer] = pipe();
  native.write(writer, bufferOf("hello"), 0, 5);
  expect(native.bytesReadable(reader)).toBe(5);
  native.close(reader);
  native.close(writer);
  const { fd } = scratchFile("abc");
  expect(native.bytesReadable(fd)).toBe(3);
  expect(native.ftruncate(fd, 2n ** 31n + 5n)).toBe(0);
  expect(native.bytesReadable(fd)).toBe(2 ** 31 - 1);
  native.close(fd);
});

test("write() to a pipe that nobody reads answers EPIPE, and the process lives", () => {
  const [reader, writer] = pipe();
  native.close(reader);
  expect(native.write(writer, bufferOf("x"), 0, 1)).toBe(failed.pipe);
  native.close(writer);
});

test("isatty() and windowSize() know a terminal by asking it", () => {
  const [reader, writer] = pipe();
  expect(native.isatty(reader)).toBe(false);
  expect(native.windowSize(reader)).toBe(failed.notty);
  native.close(reader);
  native.close(writer);
});
