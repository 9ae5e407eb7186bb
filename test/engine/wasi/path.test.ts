import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, Guest, oflag, right } from "./guest.ts";

const work = temporaryDirectory();

function start(): { guest: Guest; host: string } {
  const host = mkdtempSync(join(work, "path-"));
  writeFileSync(join(host, "f"), "text");
  return { host, guest: new Guest({ preopens: [directory(host)] }) };
}

test("path_open creates, truncates, excludes, appends", () => {
  const { guest, host } = start();
  const rights = right.read | right.write;
  const created = guest.open("new", { oflags: oflag.creat | oflag.excl, rights });
  expect(guest.write(created, "12345")).toBe(5);
  expect(guest.open("new", { oflags: oflag.creat | oflag.excl, rights })).toBe(-errno.exist);
  expect(readFileSync(join(host, "new"), "utf8")).toBe("12345");
  guest.write(guest.open("new", { rights, fdflags: 1 }), "67");
  expect(readFileSync(join(host, "new"), "utf8")).toBe("1234567");
  guest.open("new", { oflags: oflag.trunc, rights });
  expect(readFileSync(join(host, "new"), "utf8")).toBe("");
  expect(guest.open("new", { oflags: oflag.directory })).toBe(-errno.notdir);
  expect(guest.open("d", { oflags: oflag.directory | oflag.creat })).toBe(-errno.inval);
  expect(guest.open("new", { oflags: 16 })).toBe(-errno.inval);
  expect(guest.open("new", { fdflags: 32 })).toBe(-errno.inval);
});

test("new files and directories have the mode that the umask leaves", () => {
  const { guest, host } = start();
  const umask = process.umask();
  guest.open("made", { oflags: oflag.creat });
  guest.on("path_create_directory", "made-directory");
  expect(statSync(join(host, "made")).mode & 0o777).toBe(0o666 & ~umask);
  expect(statSync(join(host, "made-directory")).mode & 0o777).toBe(0o777 & ~umask);
});

test("path_create_directory, path_remove_directory and path_unlink_file do what they say", () => {
  const { guest } = start();
  expect(guest.on("path_create_directory", "d")).toBe(0);
  expect(guest.on("path_create_directory", "d")).toBe(errno.exist);
  expect(guest.on("path_create_directory", "no/d")).toBe(errno.noent);
  expect(guest.on("path_unlink_file", "d")).toBe(errno.isdir);
  expect(guest.on("path_remove_directory", "f")).toBe(errno.notdir);
  expect(guest.on("path_remove_directory", "d")).toBe(0);
  expect(guest.on("path_unlink_file", "f")).toBe(0);
  expect(guest.on("path_unlink_file", "f")).toBe(errno.noent);
});

test("path_symlink, path_readlink, path_link and path_rename do what they say", () => {
  const { guest, host } = start();
  expect(guest.call("path_symlink", ...guest.put("f"), 3, ...guest.put("l"))).toBe(0);
  expect(readlinkSync(join(host, "l"))).toBe("f");
  const [buffer, used] = [guest.room(8), guest.room(4)];
  expect(guest.call("path_readlink", 3, ...guest.put("l"), buffer, 8, used)).toBe(0);
  expect(guest.text(buffer, guest.u32(used))).toBe("f");
  expect(guest.call("path_link", 3, 0, ...guest.put("f"), 3, ...guest.put("hard"))).toBe(0);
  expect(statSync(join(host, "f")).nlink).toBe(2);
  expect(guest.call("path_link", 3, 1, ...guest.put("l"), 3, ...guest.put("h2"))).toBe(errno.inval);
  expect(guest.call("path_link", 3, 0, ...guest.put("l"), 3, ...guest.put("h2"))).toBe(0);
  expect(lstatSync(join(host, "h2")).isSymbolicLink()).toBe(true);
  expect(guest.call("path_rename", 3, ...guest.put("hard"), 3, ...guest.put("h2"))).toBe(0);
  expect(guest.readFile("h2", { follow: false })).toBe("text");
  expect(guest.call("path_rename", 3, ...guest.put("none"), 3, ...guest.put("h2"))).toBe(errno.noent);
});

test("the kernel's own file systems are closed to a guest, wherever they are", () => {
  const guest = new Guest({ preopens: [directory("/")] });
  for (const path of [
    "proc/self/status",
    "proc/self/mem",
    "proc/self/fd/0",
    "proc",
    "sys/kernel",
    "dev/pts",
  ]) {
    const refused = [-errno.acces, -errno.loop, -errno.noent];
    expect([path, refused.includes(guest.open(path))]).toEqual([path, true]);
    expect([path, typeof guest.stat(path)]).toEqual([path, "number"]);
  }
  expect(guest.open("proc/self/status")).toBe(-errno.acces);
  expect(guest.on("path_create_directory", "proc/self/x")).not.toBe(0);
  const refusal = '"/proc" cannot be granted: it is on a file system of the kernel\'s';
  expect(() => new Guest({ preopens: [directory("/proc", "/innocent")] })).toThrow(refusal);
});

test("of the devices only the harmless ones can be opened", () => {
  const guest = new Guest({ preopens: [directory("/")] });
  for (const name of ["null", "zero", "full", "random", "urandom"]) {
    expect(guest.open(`dev/${name}`)).toBeGreaterThan(3);
  }
  expect(guest.read(guest.open("dev/zero"), 2)).toBe("\0\0");
  expect(guest.write(guest.open("dev/null", { rights: right.write }), "gone")).toBe(4);
  for (const name of ["mem", "kmsg", "ptmx", "loop0", "vda", "kvm", "fuse", "port", "net/tun"]) {
    expect(guest.open(`dev/${name}`)).toBeLessThan(0);
  }
});

test("a file without read permission can be asked about, and a directory passed through", () => {
  const { guest, host } = start();
  chmodSync(join(host, "f"), 0o000);
  expect(guest.stat("f")).toEqual({ type: 4, size: 4n });
});

test("path_open of a fifo waits for nobody where the guest says so", () => {
  const { guest, host } = start();
  Bun.spawnSync(["mkfifo", join(host, "fifo")]);
  const nonblock = 4;
  const reader = guest.open("fifo", { fdflags: nonblock });
  expect(reader).toBeGreaterThan(3);
  const writer = guest.open("fifo", { rights: right.write, fdflags: nonblock });
  expect(guest.write(writer, "through")).toBe(7);
  expect(guest.read(reader)).toBe("through");
  expect(guest.read(reader)).toBe(-errno.again);
  expect(guest.call("fd_seek", reader, 0n, 0, guest.room(8))).toBe(errno.spipe);
});
