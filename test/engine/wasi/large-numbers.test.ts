import { mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { run, temporaryDirectory } from "../../wrun.ts";
import { directory, errno, Guest, oflag, right } from "./guest.ts";

// Preview 1 has 64 bits for sizes, offsets, times and inode numbers; a JavaScript number has 53.

const work = temporaryDirectory();
const past53 = 2n ** 53n + 1n;
const max = 2n ** 63n - 1n;

function start(folder = work): { guest: Guest; host: string; fd: number } {
  const host = mkdtempSync(join(folder, "large-"));
  const guest = new Guest({ preopens: [directory(host)] });
  const fd = guest.open("f", { oflags: oflag.creat, rights: right.all & ~(3n << 28n) });
  return { guest, host, fd };
}

interface Filestat {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly atim: bigint;
  readonly mtim: bigint;
}

function filestat(guest: Guest, fd: number): Filestat {
  const at = guest.room(64);
  expect(guest.call("fd_filestat_get", fd, at)).toBe(0);
  const [dev = 0n, ino = 0n, , , size = 0n, atim = 0n, mtim = 0n] = Array.from({ length: 8 }, (_, index) =>
    guest.u64(at + index * 8),
  );
  return { dev, ino, size, atim, mtim };
}

// ext4 ends a file at 16 TiB, tmpfs at 2^63 bytes less a page.
const tmpfs = statfsSync("/dev/shm").type === 0x01021994;

test.skipIf(!tmpfs)("sizes, offsets and positions past 2^53 are exact", () => {
  const { guest, fd, host } = start("/dev/shm");
  rmSync(host, { recursive: true });
  const out = guest.room(8);
  expect(guest.call("fd_filestat_set_size", fd, past53)).toBe(0);
  expect(filestat(guest, fd).size).toBe(past53);
  expect(guest.call("fd_pwrite", fd, ...guest.iovs(guest.put("AB")), past53, out)).toBe(0);
  expect(filestat(guest, fd).size).toBe(past53 + 2n);
  const buffer = guest.room(4);
  expect(guest.call("fd_pread", fd, ...guest.iovs([buffer, 4]), past53 + 1n, out)).toBe(0);
  expect(guest.text(buffer, guest.u32(out))).toBe("B");
  for (const [offset, whence, position] of [
    [past53, 0, past53],
    [2n, 1, past53 + 2n],
    [-1n, 2, past53 + 1n],
  ] as const) {
    expect(guest.call("fd_seek", fd, offset, whence, out)).toBe(0);
    expect(guest.u64(out)).toBe(position);
  }
  expect(guest.call("fd_tell", fd, out)).toBe(0);
  expect(guest.u64(out)).toBe(past53 + 1n);
  expect(guest.read(fd)).toBe("B");
  expect(guest.call("fd_allocate", fd, past53 + 1n, 2n)).toBe(0);
  expect(filestat(guest, fd).size).toBe(past53 + 3n);
  expect(guest.call("fd_advise", fd, past53, past53, 3)).toBe(0);
});

test("sizes and offsets that no file has are refused, and change nothing", () => {
  const { guest, fd } = start();
  guest.write(fd, "text");
  const out = guest.room(8);
  const iovs = guest.iovs(guest.put("x"));
  for (const offset of [-1n, -(2n ** 63n)]) {
    expect(guest.call("fd_pwrite", fd, ...iovs, offset, out)).toBe(errno.inval);
    expect(guest.call("fd_pread", fd, ...iovs, offset, out)).toBe(errno.inval);
    expect(guest.call("fd_seek", fd, offset, 0, out)).toBe(errno.inval);
    expect(guest.call("fd_filestat_set_size", fd, offset)).toBe(errno.inval);
    expect(guest.call("fd_allocate", fd, offset, 1n)).toBe(errno.inval);
    expect(guest.call("fd_allocate", fd, 0n, offset)).toBe(errno.inval);
  }
  const tooFar: readonly number[] = [errno.fbig, errno.inval];
  expect(tooFar).toContain(guest.call("fd_pwrite", fd, ...iovs, max, out));
  expect(guest.call("fd_allocate", fd, max, max)).toBe(errno.fbig);
  expect(tooFar).toContain(guest.call("fd_filestat_set_size", fd, max));
  expect(filestat(guest, fd).size).toBe(4n);
});

test("times are exact to the nanosecond, and those past what Linux takes are its last", () => {
  const { guest, fd, host } = start();
  const [odd, later] = [1_700_000_000_123_456_789n, 9_007_199_254_740_993n];
  expect(guest.call("fd_filestat_set_times", fd, odd, later, 1 | 4)).toBe(0);
  expect(filestat(guest, fd)).toMatchObject({ atim: odd, mtim: later });
  expect(statSync(join(host, "f"), { bigint: true }).mtimeNs).toBe(later);
  expect(guest.call("fd_filestat_set_times", fd, max, -1n, 1 | 4)).toBe(0);
  const { atim, mtim } = filestat(guest, fd);
  expect([atim > 4n * 10n ** 18n, mtim]).toEqual([true, atim]);
});

test("a file of before 1970 is shown as of 1970: a timestamp has no sign", () => {
  const { guest, fd, host } = start();
  run(["touch", "-d", "@-1000.5", join(host, "f")]);
  expect(filestat(guest, fd)).toMatchObject({ atim: 0n, mtim: 0n });
});

test("fd_readdir and fstat give one inode number, with all of its bits, and the device of the host's stat", () => {
  const { guest, fd, host } = start();
  writeFileSync(join(host, "g"), "");
  const buffer = guest.room(512);
  const out = guest.room(4);
  guest.call("fd_readdir", 3, buffer, 512, 0n, out);
  for (let at = buffer; at < buffer + guest.u32(out); at += 24 + guest.u32(at + 16)) {
    if (guest.text(at + 24, guest.u32(at + 16)) !== "f") continue;
    expect(guest.u64(at + 8)).toBe(filestat(guest, fd).ino);
  }
  const { dev, ino } = statSync(join(host, "f"), { bigint: true });
  expect(filestat(guest, fd)).toMatchObject({ dev, ino });
});

test("a clock tells more nanoseconds than a number holds", () => {
  const { guest } = start();
  const at = guest.room(8);
  const before = BigInt(Date.now()) * 1_000_000n;
  expect(guest.call("clock_time_get", 0, 0n, at)).toBe(0);
  expect(guest.u64(at)).toBeGreaterThanOrEqual(before);
  const odd = Array.from({ length: 200 }, () => {
    guest.call("clock_time_get", 0, 0n, at);
    return guest.u64(at) % 256n;
  });
  // Of a time that went through a number the last eight bits would be zero.
  expect(odd.some((rest) => rest !== 0n)).toBe(true);
});
