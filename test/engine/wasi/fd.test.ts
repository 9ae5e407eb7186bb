import { mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, Guest, oflag, right } from "./guest.ts";

const work = temporaryDirectory();

function start(granted: { readonly limits?: { readonly files?: number } } = {}): {
  guest: Guest;
  host: string;
} {
  const host = mkdtempSync(join(work, "fd-"));
  return { host, guest: new Guest({ preopens: [directory(host)], ...granted }) };
}

const create = { oflags: oflag.creat, rights: right.all & ~(3n << 28n) };

test("fd_write and fd_read gather and scatter over several buffers", () => {
  const { guest, host } = start();
  const fd = guest.open("f", create);
  const out = guest.room(4);
  const parts = guest.iovs(guest.put("one "), [0, 0], guest.put("two"));
  expect(guest.call("fd_write", fd, ...parts, out)).toBe(0);
  expect(guest.u32(out)).toBe(7);
  expect(readFileSync(join(host, "f"), "utf8")).toBe("one two");
  expect(guest.call("fd_seek", fd, 0n, 0, guest.room(8))).toBe(0);
  const [a, b] = [guest.room(3), guest.room(8)];
  expect(guest.call("fd_read", fd, ...guest.iovs([a, 3], [b, 8]), out)).toBe(0);
  expect([guest.text(a, 3), guest.text(b, 4), guest.u32(out)]).toEqual(["one", " two", 7]);
  expect(guest.read(fd)).toBe("");
});

test("fd_pread and fd_pwrite leave the position alone", () => {
  const { guest } = start();
  const fd = guest.open("f", create);
  guest.write(fd, "0123456789");
  const out = guest.room(8);
  expect(guest.call("fd_pwrite", fd, ...guest.iovs(guest.put("XY")), 4n, out)).toBe(0);
  const buffer = guest.room(4);
  expect(guest.call("fd_pread", fd, ...guest.iovs([buffer, 4]), 3n, out)).toBe(0);
  expect(guest.text(buffer, 4)).toBe("3XY6");
  expect(guest.call("fd_pread", fd, ...guest.iovs([buffer, 4]), -1n, out)).toBe(errno.inval);
  expect(guest.call("fd_tell", fd, out)).toBe(0);
  expect(guest.u64(out)).toBe(10n);
});

test("fd_seek goes by start, position and end, and not before the start", () => {
  const { guest } = start();
  const fd = guest.open("f", create);
  guest.write(fd, "0123456789");
  const out = guest.room(8);
  const seek = (offset: bigint, whence: number): number | bigint =>
    guest.call("fd_seek", fd, offset, whence, out) || guest.u64(out);
  expect(seek(3n, 0)).toBe(3n);
  expect(seek(2n, 1)).toBe(5n);
  expect(seek(-1n, 2)).toBe(9n);
  expect(seek(-10n, 1)).toBe(errno.inval);
  expect(seek(0n, 3)).toBe(errno.inval);
});

test("pointers outside the memory are EFAULT, and nothing happens", () => {
  const { guest, host } = start();
  const fd = guest.open("f", create);
  const end = guest.memory.buffer.byteLength;
  const [iovs, count] = guest.iovs([end - 2, 4]);
  expect(guest.call("fd_write", fd, iovs, count, 0)).toBe(errno.fault);
  expect(guest.call("fd_write", fd, end - 4, 1, 0)).toBe(errno.fault);
  expect(guest.call("fd_write", fd, -8, 1, 0)).toBe(errno.fault);
  expect(guest.call("fd_write", fd, ...guest.iovs(guest.put("text")), end - 3)).toBe(errno.fault);
  expect(readFileSync(join(host, "f"), "utf8")).toBe("");
  expect(guest.call("fd_read", fd, iovs, 1, -4)).toBe(errno.fault);
  expect(guest.call("path_unlink_file", 3, end - 1, 2)).toBe(errno.fault);
  expect(guest.call("fd_filestat_get", fd, end - 63)).toBe(errno.fault);
  expect(guest.call("fd_fdstat_get", fd, end - 23)).toBe(errno.fault);
  expect(guest.call("fd_readdir", 3, end - 10, 11, 0n, 0)).toBe(errno.fault);
  expect(guest.call("fd_prestat_get", 3, end - 7)).toBe(errno.fault);
  expect(guest.call("fd_prestat_dir_name", 3, end, 1)).toBe(errno.fault);
  expect(guest.call("clock_time_get", 0, 0n, end - 7)).toBe(errno.fault);
  expect(guest.call("random_get", end - 1, 2)).toBe(errno.fault);
  expect(guest.call("poll_oneoff", end - 47, 0, 1, 0)).toBe(errno.fault);
});

test("a memory that has grown is used whole", () => {
  const { guest } = start();
  const fd = guest.open("f", create);
  const end = guest.memory.buffer.byteLength;
  guest.memory.grow(1);
  new Uint8Array(guest.memory.buffer).set([104, 105], end + 100);
  expect(guest.call("fd_write", fd, ...guest.iovs([end + 100, 2]), end + 200)).toBe(0);
  expect(guest.u32(end + 200)).toBe(2);
  guest.call("fd_seek", fd, 0n, 0, guest.room(8));
  expect(guest.read(fd)).toBe("hi");
});

test("no call is answered for a descriptor that is not open", () => {
  const { guest } = start();
  const at = guest.room(64);
  const calls: readonly (readonly [string, ...(number | bigint)[]])[] = [
    ["fd_advise", 0n, 0n, 0],
    ["fd_allocate", 0n, 1n],
    ["fd_close"],
    ["fd_datasync"],
    ["fd_fdstat_get", at],
    ["fd_fdstat_set_flags", 0],
    ["fd_fdstat_set_rights", 0n, 0n],
    ["fd_filestat_get", at],
    ["fd_filestat_set_size", 0n],
    ["fd_filestat_set_times", 0n, 0n, 0],
    ["fd_pread", at, 0, 0n, at],
    ["fd_prestat_get", at],
    ["fd_prestat_dir_name", at, 8],
    ["fd_pwrite", at, 0, 0n, at],
    ["fd_read", at, 0, at],
    ["fd_readdir", at, 8, 0n, at],
    ["fd_renumber", 3],
    ["fd_seek", 0n, 0, at],
    ["fd_sync"],
    ["fd_tell", at],
    ["fd_write", at, 0, at],
    ["path_create_directory", at, 1],
    ["path_filestat_get", 0, at, 1, at],
    ["path_filestat_set_times", 0, at, 1, 0n, 0n, 0],
    ["path_link", 0, at, 1, 3, at, 1],
    ["path_open", 0, at, 1, 0, 0n, 0n, 0, at],
    ["path_readlink", at, 1, at, 8, at],
    ["path_remove_directory", at, 1],
    ["path_rename", at, 1, 3, at, 1],
    ["path_unlink_file", at, 1],
    ["sock_accept", 0, at],
    ["sock_recv", at, 0, 0, at, at],
    ["sock_send", at, 0, 0, at],
    ["sock_shutdown", 3],
  ];
  for (const fd of [99, -1]) {
    for (const [name, ...args] of calls)
      expect([name, guest.call(name, fd, ...args)]).toEqual([name, errno.badf]);
    const link = guest.call("path_symlink", ...guest.put("x"), fd, at, 1);
    expect(link).toBe(errno.badf);
  }
});

test("all 46 functions of preview 1 are there, and no others", () => {
  expect(Object.keys(start().guest.wasi.imports)).toHaveLength(46);
});

test("rights that a descriptor lacks are ENOTCAPABLE, and can only be given up", () => {
  const { guest } = start();
  const fd = guest.open("f", create);
  guest.write(fd, "text");
  const out = guest.room(24);
  const set = (rights: bigint): number => guest.call("fd_fdstat_set_rights", fd, rights, 0n);
  expect(guest.call("fd_fdstat_get", fd, out)).toBe(0);
  const had = guest.u64(out + 8);
  expect(had & right.read).toBe(right.read);
  expect(set(had & ~right.write)).toBe(0);
  expect(guest.write(fd, "more")).toBe(-errno.notcapable);
  expect(guest.call("fd_pwrite", fd, ...guest.iovs(guest.put("x")), 0n, out)).toBe(errno.notcapable);
  expect(set(had)).toBe(errno.notcapable);
  expect(set(0n)).toBe(0);
  const denied: readonly (readonly [string, ...(number | bigint)[]])[] = [
    ["fd_read", out, 0, out],
    ["fd_pread", out, 0, 0n, out],
    ["fd_seek", 1n, 0, out],
    ["fd_tell", out],
    ["fd_sync"],
    ["fd_datasync"],
    ["fd_advise", 0n, 0n, 0],
    ["fd_allocate", 0n, 1n],
    ["fd_filestat_get", out],
    ["fd_filestat_set_size", 0n],
    ["fd_filestat_set_times", 0n, 0n, 0],
    ["fd_fdstat_set_flags", 0],
  ];
  for (const [name, ...args] of denied) {
    expect([name, guest.call(name, fd, ...args)]).toEqual([name, errno.notcapable]);
  }
});

test("what a directory may pass on bounds what is opened in it", () => {
  const { guest, host } = start();
  mkdirSync(join(host, "d"));
  writeFileSync(join(host, "d/f"), "text");
  const d = guest.open("d", { oflags: oflag.directory, rights: right.directory, inheriting: right.read });
  expect(guest.readFile("f", { from: d })).toBe("text");
  expect(guest.open("f", { from: d, rights: right.write })).toBe(-errno.notcapable);
  const bare = guest.open("d", { oflags: oflag.directory, rights: 1n << 13n, inheriting: right.read });
  expect(guest.open("new", { from: bare, oflags: oflag.creat })).toBe(-errno.notcapable);
  expect(guest.open("f", { from: bare, oflags: oflag.trunc })).toBe(-errno.notcapable);
  for (const call of ["path_create_directory", "path_remove_directory", "path_unlink_file"]) {
    expect(guest.on(call, "f", bare)).toBe(errno.notcapable);
  }
  expect(guest.stat("f", { from: bare })).toBe(-errno.notcapable);
  expect(() => guest.list(bare)).toThrow(`errno ${errno.notcapable}`);
});

test("fd_fdstat_set_flags switches append, and refuses what Linux cannot switch", () => {
  const { guest, host } = start();
  const fd = guest.open("f", create);
  const append = 1;
  const sync = 16;
  guest.write(fd, "0123");
  expect(guest.call("fd_fdstat_set_flags", fd, append)).toBe(0);
  guest.call("fd_seek", fd, 0n, 0, guest.room(8));
  guest.write(fd, "45");
  expect(readFileSync(join(host, "f"), "utf8")).toBe("012345");
  const out = guest.room(24);
  guest.call("fd_fdstat_get", fd, out);
  expect([guest.view.getUint8(out), guest.view.getUint16(out + 2, true)]).toEqual([4, append]);
  expect(guest.call("fd_fdstat_set_flags", fd, sync)).toBe(errno.notsup);
  expect(guest.call("fd_fdstat_set_flags", fd, 32)).toBe(errno.inval);
  const synced = guest.open("f", { ...create, fdflags: sync });
  guest.call("fd_fdstat_get", synced, out);
  expect(guest.view.getUint16(out + 2, true) & sync).toBe(sync);
});

test("fd_allocate, fd_filestat_set_size, fd_advise, fd_sync and fd_datasync reach the file", () => {
  const { guest, host } = start();
  const fd = guest.open("f", create);
  expect(guest.call("fd_allocate", fd, 10n, 90n)).toBe(0);
  expect(statSync(join(host, "f")).size).toBe(100);
  expect(guest.call("fd_allocate", fd, 0n, 0n)).toBe(errno.inval);
  expect(guest.call("fd_filestat_set_size", fd, 7n)).toBe(0);
  expect(statSync(join(host, "f")).size).toBe(7);
  expect(guest.call("fd_filestat_set_size", fd, -1n)).toBe(errno.inval);
  for (let advice = 0; advice < 6; advice++) expect(guest.call("fd_advise", fd, 0n, 0n, advice)).toBe(0);
  expect(guest.call("fd_advise", fd, 0n, 0n, 6)).toBe(errno.inval);
  expect(guest.call("fd_sync", fd)).toBe(0);
  expect(guest.call("fd_datasync", fd)).toBe(0);
});

test("fd_filestat_set_times and path_filestat_set_times set nanoseconds, one time or both", () => {
  const { guest, host } = start();
  const fd = guest.open("f", create);
  const times = (): [bigint, bigint] => {
    const { atimeNs, mtimeNs } = statSync(join(host, "f"), { bigint: true });
    return [atimeNs, mtimeNs];
  };
  expect(guest.call("fd_filestat_set_times", fd, 1_000_000_007n, 2_000_000_009n, 1 | 4)).toBe(0);
  expect(times()).toEqual([1_000_000_007n, 2_000_000_009n]);
  expect(guest.call("path_filestat_set_times", 3, 0, ...guest.put("f"), 5n, 6n, 4)).toBe(0);
  expect(times()).toEqual([1_000_000_007n, 6n]);
  expect(guest.call("path_filestat_set_times", 3, 0, ...guest.put("f"), 5n, 6n, 2)).toBe(0);
  expect(times()[0]).toBeGreaterThan(1_600_000_000_000_000_000n);
  expect(guest.call("fd_filestat_set_times", fd, 0n, 0n, 1 | 2)).toBe(errno.inval);
  expect(guest.call("path_filestat_set_times", 3, 0, ...guest.put("f"), 0n, 0n, 4 | 8)).toBe(errno.inval);
  expect(guest.call("fd_filestat_set_times", fd, 0n, 0n, 16)).toBe(errno.inval);
});

test("fd_filestat_get and path_filestat_get tell the same", () => {
  const { guest, host } = start();
  const fd = guest.open("f", create);
  guest.write(fd, "12345");
  const [a, b] = [guest.room(64), guest.room(64)];
  expect(guest.call("fd_filestat_get", fd, a)).toBe(0);
  expect(guest.call("path_filestat_get", 3, 0, ...guest.put("f"), b)).toBe(0);
  expect(guest.text(a, 64)).toBe(guest.text(b, 64));
  const { ino, nlink, mtimeNs } = statSync(join(host, "f"), { bigint: true });
  expect([guest.u64(a + 8), guest.view.getUint8(a + 16)]).toEqual([ino, 4]);
  expect([guest.u64(a + 24), guest.u64(a + 32), guest.u64(a + 48)]).toEqual([nlink, 5n, mtimeNs]);
});

test("a new descriptor gets the lowest free number, and fd_renumber moves one", () => {
  const { guest } = start();
  const [a, b, c] = [guest.open("a", create), guest.open("b", create), guest.open("c", create)];
  expect([a, b, c]).toEqual([4, 5, 6]);
  expect(guest.call("fd_close", a)).toBe(0);
  expect(guest.call("fd_close", a)).toBe(errno.badf);
  expect(guest.open("d", create)).toBe(a);
  expect(guest.call("fd_renumber", c, b)).toBe(0);
  expect(guest.write(b, "through b")).toBe(9);
  expect(guest.write(c, "x")).toBe(-errno.badf);
  expect(guest.call("fd_renumber", c, a)).toBe(errno.badf);
  expect(guest.call("fd_renumber", a, 99)).toBe(errno.badf);
  expect(guest.call("fd_renumber", a, a)).toBe(0);
  expect(guest.readFile("c")).toBe("through b");
});

test("preopens can be closed and covered, and are asked for by fd_prestat_*", () => {
  const { guest, host } = start();
  mkdirSync(join(host, "d"));
  const out = guest.room(8);
  expect(guest.call("fd_prestat_get", 3, out)).toBe(0);
  expect([guest.u32(out), guest.u32(out + 4)]).toEqual([0, 1]);
  const name = guest.room(8);
  expect(guest.call("fd_prestat_dir_name", 3, name, 0)).toBe(errno.nametoolong);
  expect(guest.call("fd_prestat_dir_name", 3, name, 8)).toBe(0);
  expect(guest.text(name, 1)).toBe("/");
  const d = guest.open("d", { oflags: oflag.directory, rights: right.directory, inheriting: right.all });
  expect(guest.call("fd_renumber", d, 3)).toBe(0);
  expect(guest.call("fd_prestat_get", 3, out)).toBe(errno.badf);
  expect(guest.open("f", create)).toBe(4);
  expect(statSync(join(host, "d/f")).size).toBe(0);
  expect(guest.call("fd_close", 3)).toBe(0);
  expect(guest.open("f", create)).toBe(-errno.badf);
});

test("limits.files is EMFILE, and a closed descriptor makes room", () => {
  const { guest } = start({ limits: { files: 5 } });
  const fd = guest.open("a", create);
  expect(fd).toBe(4);
  expect(guest.open("b", create)).toBe(-errno.mfile);
  guest.call("fd_close", fd);
  expect(guest.open("b", create)).toBe(4);
});

test("a directory is no file, and a file no directory", () => {
  const { guest } = start();
  const at = guest.room(64);
  expect(guest.read(3)).toBe(-errno.isdir);
  expect(guest.write(3, "x")).toBe(-errno.isdir);
  expect(guest.call("fd_seek", 3, 0n, 0, at)).toBe(errno.isdir);
  expect(guest.call("fd_allocate", 3, 0n, 1n)).toBe(errno.isdir);
  expect(guest.call("fd_sync", 3)).toBe(0);
  expect(guest.call("sock_shutdown", 3, 3)).toBe(errno.notsock);
  const fd = guest.open("f", create);
  expect(guest.open("x", { from: fd })).toBe(-errno.notdir);
  expect(guest.call("fd_readdir", fd, at, 64, 0n, at)).toBe(errno.notdir);
  expect(guest.call("fd_prestat_get", fd, at)).toBe(errno.badf);
  expect(guest.call("sock_accept", fd, 0, at)).toBe(errno.notsock);
});

test("fd_readdir tells every entry once, whatever the size of the buffer", () => {
  const { guest, host } = start();
  const names = Array.from({ length: 300 }, (_, index) => `${"n".repeat(index % 90)}-${index}`);
  for (const name of names) writeFileSync(join(host, name), "");
  mkdirSync(join(host, "directory"));
  symlinkSync("x", join(host, "link"));
  const wanted = [".", "..", "directory", "link", ...names].sort();
  for (const size of [128, 200, 4096, 65536]) expect(guest.list(3, size).sort()).toEqual(wanted);
});

test("fd_readdir fills the buffer to its end and cuts the last entry, and tells type and inode", () => {
  const { guest, host } = start();
  writeFileSync(join(host, "a-file"), "");
  const buffer = guest.room(4096);
  const out = guest.room(4);
  expect(guest.call("fd_readdir", 3, buffer, 30, 0n, out)).toBe(0);
  expect(guest.u32(out)).toBe(30);
  expect(guest.call("fd_readdir", 3, buffer, 0, 0n, out)).toBe(0);
  expect(guest.u32(out)).toBe(0);
  guest.call("fd_readdir", 3, buffer, 4096, 0n, out);
  const types = new Map<string, [number, bigint]>();
  for (let at = buffer; at < buffer + guest.u32(out); at += 24 + guest.u32(at + 16)) {
    types.set(guest.text(at + 24, guest.u32(at + 16)), [guest.view.getUint8(at + 20), guest.u64(at + 8)]);
  }
  expect(types.get("a-file")).toEqual([4, statSync(join(host, "a-file"), { bigint: true }).ino]);
  expect(types.get(".")).toEqual([3, statSync(host, { bigint: true }).ino]);
});

test("fd_readdir goes on where it was when the directory changes in between", () => {
  const { guest, host } = start();
  for (let index = 0; index < 50; index++) writeFileSync(join(host, `f${index}`), "");
  const buffer = guest.room(256);
  const out = guest.room(4);
  guest.call("fd_readdir", 3, buffer, 256, 0n, out);
  const cookie = guest.u64(buffer);
  for (let index = 0; index < 50; index += 2) guest.on("path_unlink_file", `f${index}`);
  expect(guest.call("fd_readdir", 3, buffer, 256, cookie, out)).toBe(0);
  expect(guest.list(3).filter((name) => name.startsWith("f"))).toHaveLength(25);
});
