import { mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { Cookies } from "../../../engine/wasi/cookies.ts";
import { fixture, hasFixture } from "../../bundle.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";
import { directory, errno, Guest, right } from "./guest.ts";

const work = temporaryDirectory();

function start(count: number): { guest: Guest; host: string; fd: number } {
  const host = mkdtempSync(join(work, "readdir-"));
  mkdirSync(join(host, "d"));
  for (let index = 0; index < count; index++) writeFileSync(join(host, `d/f${index}`), "");
  const guest = new Guest({ preopens: [directory(host)] });
  return { guest, host, fd: open(guest) };
}

function open(guest: Guest): number {
  return guest.open("d", { oflags: 2, rights: right.directory, inheriting: right.directory });
}

interface Listed {
  readonly name: string;
  readonly next: bigint;
}

/** One fd_readdir with a buffer of `size` bytes: the entries that are whole, or the errno. */
function list(guest: Guest, fd: number, { cookie = 0n, size = 4096 } = {}): Listed[] | number {
  guest.forget();
  const buffer = guest.room(size);
  const out = guest.room(4);
  const result = guest.call("fd_readdir", fd, buffer, size, cookie, out);
  if (result !== 0) return result;
  const listed: Listed[] = [];
  const end = buffer + guest.u32(out);
  for (let at = buffer; at + 24 <= end && at + 24 + guest.u32(at + 16) <= end; at += 24 + guest.u32(at + 16))
    listed.push({ name: guest.text(at + 24, guest.u32(at + 16)), next: guest.u64(at) });
  return listed;
}

/** The whole directory from `cookie` on, by buffers of `size` bytes, as wasi-libc does it. */
function listAll(guest: Guest, fd: number, { cookie = 0n, size = 4096 } = {}): Listed[] {
  const all: Listed[] = [];
  for (;;) {
    const some = list(guest, fd, { cookie: all.at(-1)?.next ?? cookie, size });
    if (typeof some === "number") throw new Error(`fd_readdir: errno ${some}`);
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const names = (listed: readonly Listed[]): string[] => listed.map(({ name }) => name);

test.skipIf(!hasFixture("wasi-seekdir"))("seekdir() of wasi-libc goes where telldir() was", () => {
  const { host } = start(300);
  const ended = run([wrun, "wasm", "--dir", `${host}::/`, fixture("wasi-seekdir")]);
  expect(ended).toMatchObject({ code: 0, stdout: "302 entries, 0 wrong\n" });
});

test("a cookie fits the 32 bits of wasm32's long, and leads to its place again in any order", () => {
  const { guest, fd } = start(300);
  const all = listAll(guest, fd);
  expect(all.every(({ next }) => next > 0n && next < 2n ** 31n)).toBe(true);
  expect(new Set(all.map(({ next }) => next)).size).toBe(302);
  for (let index = all.length - 2; index >= 0; index -= 7) {
    const some = list(guest, fd, { cookie: all[index]?.next ?? 0n, size: 128 });
    expect(some).toEqual(all.slice(index + 1).slice(0, typeof some === "number" ? 0 : some.length));
  }
  expect(list(guest, fd, { cookie: all.at(-1)?.next ?? 0n })).toEqual([]);
  expect(listAll(guest, fd)).toEqual(all);
});

test("cookies that were never given lead to the directory's end, or are EINVAL", () => {
  const { guest, fd } = start(10);
  for (const cookie of [13n, 5000n, 2n ** 32n - 1n]) expect(list(guest, fd, { cookie })).toEqual([]);
  for (const cookie of [2n ** 32n, 2n ** 63n - 1n, -1n, -(2n ** 63n)])
    expect(list(guest, fd, { cookie })).toBe(errno.inval);
  // A place that this descriptor has not listed yet is counted out.
  const again = open(guest);
  expect(listAll(guest, again, { cookie: 5n })).toEqual(listAll(guest, fd).slice(5));
});

test("every entry that stays is listed once while others are removed and added", () => {
  const { guest, fd, host } = start(2000);
  const seen: string[] = [];
  let cookie = 0n;
  for (let round = 0; ; round++) {
    const some = list(guest, fd, { cookie, size: 500 });
    if (typeof some === "number") throw new Error(`errno ${some}`);
    if (some.length === 0) break;
    cookie = some.at(-1)?.next ?? 0n;
    seen.push(...names(some));
    for (const { name } of some) if (/^f\d*[02468]$/.test(name)) rmSync(join(host, "d", name));
    writeFileSync(join(host, "d", `added-${round}`), "");
  }
  const listed = seen.filter((name) => name.startsWith("f"));
  expect(listed).toHaveLength(2000);
  expect(new Set(listed).size).toBe(2000);
  expect(names(listAll(guest, fd)).filter((name) => name.startsWith("f"))).toHaveLength(1000);
});

test("two descriptors of one directory list side by side, and a renumbered one goes on", () => {
  const { guest, fd } = start(300);
  const other = open(guest);
  const all = names(listAll(guest, fd));
  const seen: [string[], string[]] = [[], []];
  const cookies: [bigint, bigint] = [0n, 0n];
  for (let turn = 0; seen[0].length < all.length || seen[1].length < all.length; turn++) {
    const which = turn % 2 === 0 ? 0 : 1;
    const size = which === 0 ? 128 : 300;
    const some = list(guest, which === 0 ? fd : other, { cookie: cookies[which], size });
    if (typeof some === "number") throw new Error(`errno ${some}`);
    seen[which].push(...names(some));
    cookies[which] = some.at(-1)?.next ?? cookies[which];
  }
  expect(seen).toEqual([all, all]);
  const cookie = 100n;
  const rest = names(listAll(guest, fd, { cookie }));
  expect(guest.call("fd_renumber", fd, other)).toBe(0);
  expect(names(listAll(guest, other, { cookie }))).toEqual(rest);
  expect(list(guest, fd, { cookie })).toBe(errno.badf);
});

test("a buffer smaller than an entry is filled, and the entry comes whole with more room", () => {
  const { guest, fd } = start(3);
  const out = guest.room(4);
  const buffer = guest.room(4096);
  for (const size of [0, 1, 23, 24]) {
    expect(guest.call("fd_readdir", fd, buffer, size, 0n, out)).toBe(0);
    expect(guest.u32(out)).toBe(size);
  }
  expect(listAll(guest, fd)).toHaveLength(5);
});

test("a directory that was removed while it is open has come to its end", () => {
  const { guest, fd, host } = start(0);
  rmdirSync(join(host, "d"));
  expect(list(guest, fd)).toEqual([]);
});

test("a large directory costs a bounded number of places, and all cookies lead to theirs", () => {
  const cookies = new Cookies();
  const records = 1_000_000;
  for (let record = 1; record <= records; record++) {
    cookies.add(record, BigInt(record) << 32n);
    cookies.addLast(record, BigInt(record) << 32n);
  }
  for (const cookie of [0, 1, 63, 64, 16_383, 16_384, 500_001, records - 1, records]) {
    const { record, offset } = cookies.find(cookie);
    expect(offset).toBe(BigInt(record) << 32n);
    expect(cookie - record).toBeWithin(0, 128);
  }
  // Where the guest goes on is exact.
  expect(cookies.find(records).record).toBe(records);
  expect(cookies.find(records - 1).record).toBe(records - 1);
  cookies.release();
});

test("thousands of large directories share what is kept of them", () => {
  const many = Array.from({ length: 500 }, () => new Cookies());
  const before = process.memoryUsage().arrayBuffers;
  for (const cookies of many)
    for (let record = 1; record <= 16_384; record++) cookies.add(record, BigInt(record));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * 1024 * 1024);
  for (const cookies of many) {
    const { record, offset } = cookies.find(16_000);
    expect([offset, 16_000 - record < 512]).toEqual([BigInt(record), true]);
    cookies.release();
  }
});
