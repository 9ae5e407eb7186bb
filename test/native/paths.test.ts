import { expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { native, nowTime, omitTime, statFields } from "../../native/native.ts";
import { temporaryDirectory } from "../wrun.ts";
import { bufferOf, failed, open, textOf } from "./scratch.ts";

const directory = temporaryDirectory();
const dirfd = native.openat(-100, directory, open.readOnly, 0);
const noFollow = 0x100;
const emptyPath = 0x1000;

/** Calls with a path in each place where one can stand. */
function everyPathCall(path: string): Record<string, number> {
  const out = new BigInt64Array(statFields.count);
  const buffer = new ArrayBuffer(16);
  return {
    openat: native.openat(dirfd, path, open.readOnly, 0),
    openat2: native.openat2(dirfd, path, open.readOnly, 0, 0),
    fstatat: native.fstatat(dirfd, path, 0, out),
    faccessat: native.faccessat(dirfd, path, 0),
    mkdirat: native.mkdirat(dirfd, path, 0o777),
    mkfifoat: native.mkfifoat(dirfd, path, 0o777),
    unlinkat: native.unlinkat(dirfd, path, 0),
    renameFrom: native.renameat(dirfd, path, dirfd, "to"),
    renameTo: native.renameat(dirfd, "from", dirfd, path),
    linkFrom: native.linkat(dirfd, path, dirfd, "to", 0),
    linkTo: native.linkat(dirfd, "from", dirfd, path, 0),
    symlinkTarget: native.symlinkat(path, dirfd, "to"),
    symlinkPath: native.symlinkat("from", dirfd, path),
    readlinkat: native.readlinkat(dirfd, path, buffer, 0, 16),
    utimensat: native.utimensat(dirfd, path, 0n, 0n, 0),
    chdir: native.chdir(path),
    connectUnix: native.connectUnix(path, 0),
    listen: native.listen(1, path, 0, 1),
    execve: native.execve(path, [], []),
  };
}

test("a NUL inside a path is EINVAL in every call", () => {
  writeFileSync(`${directory}/cut`, "");
  const results = everyPathCall("cut\0off");
  for (const result of Object.values(results)) expect(result).toBe(failed.inval);
});

test("a path of PATH_MAX bytes or more is ENAMETOOLONG in every call, never a shorter path", () => {
  const fits = `${"./".repeat(2046)}cu`;
  writeFileSync(`${directory}/cu`, "");
  expect(native.fstatat(dirfd, fits, 0, new BigInt64Array(statFields.count))).toBe(0);
  for (const long of [`${fits}tt`, `${fits}€`, `${fits}🌍`, "x".repeat(5000), "🌍".repeat(100_000)]) {
    for (const result of Object.values(everyPathCall(long))) expect(result).toBe(failed.nametoolong);
  }
});

test("a missing path is ENOENT, whoever asks", () => {
  const { mkdirat, mkfifoat, symlinkTarget, symlinkPath, listen, ...missing } = everyPathCall("nothing/here");
  expect([mkdirat, mkfifoat, symlinkPath, listen]).toEqual([
    failed.noent,
    failed.noent,
    failed.noent,
    failed.noent,
  ]);
  expect(symlinkTarget).toBe(0);
  for (const result of Object.values(missing)) expect(result).toBe(failed.noent);
});

test("names outside ASCII arrive as UTF-8, a lone surrogate as U+FFFD", () => {
  for (const [name, stored] of [
    ["grüße-🌍", "grüße-🌍"],
    ["lone-\ud800", "lone-\ufffd"],
  ] as const) {
    const fd = native.openat(dirfd, name, open.writeOnly | open.create, 0o644);
    expect(native.close(fd)).toBe(0);
    expect(existsSync(`${directory}/${stored}`)).toBe(true);
  }
});

test("openat() and openat2() create, refuse and set close-on-exec", () => {
  const flags = open.writeOnly | open.create | open.exclusive;
  for (const [name, create] of [
    ["by-openat", (n: string) => native.openat(dirfd, n, flags, 0o640)],
    ["by-openat2", (n: string) => native.openat2(dirfd, n, flags, 0o640, 0)],
  ] as const) {
    const fd = create(name);
    expect(statSync(`${directory}/${name}`).mode & 0o777).toBe(0o640 & ~process.umask());
    expect(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")).toMatch(/flags:\s*0?2\d{6}/);
    native.close(fd);
    expect(create(name)).toBe(failed.exist);
  }
});

const resolve = { noXdev: 1, noMagiclinks: 2, noSymlinks: 4, beneath: 8, inRoot: 16 };

test("openat2() holds each RESOLVE flag", () => {
  mkdirSync(`${directory}/cage/inner`, { recursive: true });
  writeFileSync(`${directory}/outside`, "secret");
  writeFileSync(`${directory}/cage/file`, "inside");
  symlinkSync("../outside", `${directory}/cage/up`);
  symlinkSync("/file", `${directory}/cage/rooted`);
  symlinkSync("file", `${directory}/cage/near`);
  symlinkSync("/proc/self/cwd", `${directory}/cage/magic`);
  const cage = native.openat(dirfd, "cage", open.readOnly, 0);
  const look = (path: string, flags: number, at = cage): string | number => {
    const fd = native.openat2(at, path, open.readOnly, 0, flags);
    if (fd < 0) return fd;
    const buffer = new ArrayBuffer(16);
    const text = textOf(buffer, 0, 0) + textOf(buffer, 0, Math.max(0, native.read(fd, buffer, 0, 16)));
    native.close(fd);
    return text;
  };
  expect([look("up", 0), look("up", resolve.beneath), look("../outside", resolve.beneath)]).toEqual([
    "secret",
    failed.xdev,
    failed.xdev,
  ]);
  expect([
    look("inner/../file", resolve.beneath),
    look("/file", resolve.beneath),
    look("rooted", resolve.beneath),
  ]).toEqual(["inside", failed.xdev, failed.xdev]);
  expect([
    look("/file", resolve.inRoot),
    look("rooted", resolve.inRoot),
    look("../../file", resolve.inRoot),
    look("up", resolve.inRoot),
  ]).toEqual(["inside", "inside", "inside", failed.noent]);
  expect([look("near", 0), look("near", resolve.noSymlinks)]).toEqual(["inside", failed.loop]);
  expect([look("magic", 0), look("magic", resolve.noMagiclinks)]).toEqual(["", failed.loop]);
  const root = native.openat(-100, "/", open.readOnly, 0);
  expect([typeof look("proc/version", 0, root), look("proc/version", resolve.noXdev, root)]).toEqual([
    "string",
    failed.xdev,
  ]);
  expect(look("file", 0x8000)).toBe(failed.inval);
  native.close(root);
  native.close(cage);
});

test("fstat() and fstatat() give what node:fs gives, field by field", () => {
  mkdirSync(`${directory}/stat`);
  symlinkSync("nowhere", `${directory}/stat/link`);
  writeFileSync(`${directory}/stat/file`, "12345");
  for (const path of [
    `${directory}/stat`,
    `${directory}/stat/file`,
    `${directory}/stat/link`,
    "/dev/null",
    "/proc/self/status",
  ]) {
    const out = new BigInt64Array(statFields.count);
    expect(native.fstatat(-100, path, noFollow, out)).toBe(0);
    const node = lstatSync(path, { bigint: true });
    const get = (field: keyof typeof statFields): bigint => out[statFields[field]] ?? -1n;
    expect([
      get("dev"),
      get("ino"),
      get("mode"),
      get("nlink"),
      get("size"),
      get("rdev"),
      get("uid"),
      get("gid"),
      get("blocks"),
    ]).toEqual([
      node.dev,
      node.ino,
      node.mode,
      node.nlink,
      node.size,
      node.rdev,
      node.uid,
      node.gid,
      node.blocks,
    ]);
    if (path.startsWith("/proc")) continue;
    expect([get("atim"), get("mtim"), get("ctim")]).toEqual([node.atimeNs, node.mtimeNs, node.ctimeNs]);
  }
});

test("fstat() on a descriptor, O_PATH too, agrees with fstatat(); following and not following differ", () => {
  symlinkSync("file", `${directory}/stat/good`);
  const byPath = new BigInt64Array(statFields.count);
  const byFd = new BigInt64Array(statFields.count);
  expect(native.fstatat(-100, `${directory}/stat/good`, 0, byPath)).toBe(0);
  const fd = native.openat(-100, `${directory}/stat/file`, 0o10000000, 0);
  expect(native.fstat(fd, byFd)).toBe(0);
  expect(byFd).toEqual(byPath);
  expect(native.fstatat(fd, "", emptyPath, byFd)).toBe(0);
  expect(byFd).toEqual(byPath);
  expect(native.fstatat(-100, `${directory}/stat/good`, noFollow, byPath)).toBe(0);
  expect(byPath[statFields.ino]).not.toBe(byFd[statFields.ino]);
  native.close(fd);
});

test("fstat() knows the mount that a file lies on", () => {
  const out = new BigInt64Array(statFields.count);
  native.fstatat(-100, "/proc/self", 0, out);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const proc = mounts
    .filter((line) => line.split(" ")[4] === "/proc")
    .map((line) => BigInt(line.split(" ")[0] ?? ""));
  expect(proc).toContain(out[statFields.mountId] ?? 0n);
});

test("fstat() refuses an array that is too short", () => {
  expect(native.fstat(dirfd, new BigInt64Array(statFields.count - 1))).toBe(failed.fault);
  expect(native.fstatat(dirfd, ".", 0, new BigInt64Array(0).subarray(0))).toBe(failed.fault);
});

test("mkdirat(), mkfifoat(), unlinkat(), renameat(), linkat() change the tree", () => {
  const removeDirectory = 0x200;
  expect(native.mkdirat(dirfd, "tree", 0o755)).toBe(0);
  expect(native.mkdirat(dirfd, "tree", 0o755)).toBe(failed.exist);
  expect(native.mkfifoat(dirfd, "tree/fifo", 0o600)).toBe(0);
  expect(statSync(`${directory}/tree/fifo`).isFIFO()).toBe(true);
  expect(native.renameat(dirfd, "tree/fifo", dirfd, "tree/moved")).toBe(0);
  expect(native.linkat(dirfd, "tree/moved", dirfd, "tree/second", 0)).toBe(0);
  expect(statSync(`${directory}/tree/moved`).nlink).toBe(2);
  expect(native.unlinkat(dirfd, "tree", 0)).toBe(failed.isdir);
  expect(native.unlinkat(dirfd, "tree/moved", removeDirectory)).toBe(failed.notdir);
  expect(native.unlinkat(dirfd, "tree/moved", 0)).toBe(0);
  expect(native.unlinkat(dirfd, "tree/second", 0)).toBe(0);
  expect(native.unlinkat(dirfd, "tree", removeDirectory)).toBe(0);
  expect(existsSync(`${directory}/tree`)).toBe(false);
});

test("symlinkat() and readlinkat() carry the target as it is, cut at the length asked for", () => {
  expect(native.symlinkat("../a/ü/target", dirfd, "pointer")).toBe(0);
  expect(readlinkSync(`${directory}/pointer`)).toBe("../a/ü/target");
  const buffer = bufferOf("", 64);
  expect(native.readlinkat(dirfd, "pointer", buffer, 8, 56)).toBe(14);
  expect(textOf(buffer, 8, 14)).toBe("../a/ü/target");
  expect(native.readlinkat(dirfd, "pointer", buffer, 0, 4)).toBe(4);
  expect(textOf(buffer, 0, 4)).toBe("../a");
  expect(native.readlinkat(dirfd, "pointer", buffer, 60, 5)).toBe(failed.fault);
  expect(native.readlinkat(dirfd, ".", buffer, 0, 4)).toBe(failed.inval);
});

test("utimensat() sets nanoseconds, before 1970 too, and leaves out what it is told to", () => {
  const path = `${directory}/times`;
  writeFileSync(path, "");
  const times = (): bigint[] => {
    const { atimeNs, mtimeNs } = statSync(path, { bigint: true });
    return [atimeNs, mtimeNs];
  };
  expect(native.utimensat(dirfd, "times", 1_000_000_001n, -1_000_000_001n, 0)).toBe(0);
  expect(times()).toEqual([1_000_000_001n, -1_000_000_001n]);
  expect(native.utimensat(dirfd, "times", omitTime, 5n, 0)).toBe(0);
  expect(times()).toEqual([1_000_000_001n, 5n]);
  expect(native.utimensat(dirfd, "times", nowTime, omitTime, 0)).toBe(0);
  expect(times()[0]).toBeGreaterThan(1_700_000_000_000_000_000n);
  expect(times()[1]).toBe(5n);
});

test("utimensat() with an empty path names the descriptor itself, O_PATH too; with NOFOLLOW the link", () => {
  const path = `${directory}/times-of-fd`;
  writeFileSync(path, "");
  const pathOnly = native.openat(-100, path, 0o10000000, 0);
  expect(native.utimensat(pathOnly, "", 7n, 8n, emptyPath)).toBe(0);
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(8n);
  native.close(pathOnly);
  symlinkSync("times-of-fd", `${directory}/times-link`);
  expect(native.utimensat(dirfd, "times-link", 3n, 4n, noFollow)).toBe(0);
  expect(lstatSync(`${directory}/times-link`, { bigint: true }).mtimeNs).toBe(4n);
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(8n);
});

test("fstat() reads a time outside what 64 bits of nanoseconds hold as the nearest end", () => {
  const path = `${directory}/far`;
  writeFileSync(path, "");
  utimesSync(path, 2 ** 33 * 2, 2 ** 33 * 2);
  const seconds = BigInt(Math.floor(statSync(path).mtimeMs / 1000));
  const out = new BigInt64Array(statFields.count);
  native.fstatat(-100, path, 0, out);
  const largest = 2n ** 63n - 1n;
  const exact = seconds * 1_000_000_000n;
  expect(out[statFields.mtim]).toBe(exact > largest ? largest : exact);
});

test("fchmod() and fchown() act on the open file", () => {
  const path = `${directory}/owned`;
  writeFileSync(path, "");
  const fd = native.openat(-100, path, open.readWrite, 0);
  expect(native.fchmod(fd, 0o604)).toBe(0);
  expect(statSync(path).mode & 0o7777).toBe(0o604);
  expect(native.fchown(fd, -1, -1)).toBe(0);
  const root = native.geteuid() === 0;
  expect(native.fchown(fd, 12345, 54321)).toBe(root ? 0 : failed.perm);
  if (root) expect([statSync(path).uid, statSync(path).gid]).toEqual([12345, 54321]);
  native.close(fd);
});
