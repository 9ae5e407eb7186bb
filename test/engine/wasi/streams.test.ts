import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, Guest, type Granted, oflag, right } from "./guest.ts";

const work = temporaryDirectory();
const paths = ["dev/stdout", "dev/fd/1", "dev/./fd/../fd/1", "log/out"];

/** A guest whose descriptor 1 is a file of its own, and that has no /dev but for the streams' names. */
function guestWithOutput(granted: Granted = {}): { guest: Guest; output: string; root: string } {
  const root = mkdtempSync(join(work, "root-"));
  writeFileSync(join(root, "output"), "");
  mkdirSync(join(root, "log"));
  symlinkSync("/dev/stdout", join(root, "log/out"));
  const guest = new Guest({ preopens: [directory(root)], streams: "/dev", ...granted });
  const rights = right.read | right.write;
  expect(guest.call("fd_renumber", guest.open("output", { rights }), 1)).toBe(errno.success);
  return { guest, output: join(root, "output"), root };
}

for (const walks of [false, true])
  for (const hidden of [[], ["/dev", "/proc"]]) {
    const where = `${walks ? "walking" : "by openat2"}, with ${hidden.length === 0 ? "no" : "a hidden"} /dev`;
    describe(`standard streams by name, ${where}`, () => {
      const granted = { walks, hidden };

      for (const path of paths)
        test(`${path} is the guest's own descriptor 1`, () => {
          const { guest, output } = guestWithOutput(granted);
          expect(guest.write(1, "one ")).toBe(4);
          const fd = guest.open(path, { rights: right.write, oflags: oflag.creat | oflag.trunc });
          expect(guest.write(fd, "two ")).toBe(4);
          expect(guest.call("fd_close", fd)).toBe(errno.success);
          expect(guest.write(1, "three")).toBe(5);
          expect(readFileSync(output, "utf8")).toBe("one two three");
        });

      test("they have a type and a size, and no target", () => {
        const { guest } = guestWithOutput(granted);
        guest.write(1, "12345");
        expect(guest.stat("dev/stdout")).toEqual({ type: 4, size: 5n });
        const out = guest.room(64);
        const buffer = guest.room(64);
        const readlink = guest.call("path_readlink", 3, ...guest.put("dev/stdout"), buffer, 64, out);
        expect([errno.inval, errno.noent]).toContain(readlink as 28);
      });

      test("a descriptor that is closed has no name", () => {
        const { guest } = guestWithOutput(granted);
        expect(guest.call("fd_close", 1)).toBe(errno.success);
        expect(guest.open("dev/stdout", { rights: right.write })).toBe(-errno.noent);
      });

      test("there is no other descriptor, and no way on", () => {
        const { guest } = guestWithOutput(granted);
        for (const path of [
          "dev/fd/3",
          "dev/fd/01",
          "dev/fd/self",
          "dev/fd/1/..",
          "dev/fd/../../../output/x",
        ])
          expect([-errno.noent, -errno.notdir, -errno.notcapable]).toContain(guest.open(path) as -44);
        expect(guest.open("dev/stdout/", { rights: right.write })).toBe(-errno.notdir);
        expect(guest.open("dev/stdout", { oflags: oflag.directory })).toBe(-errno.notdir);
        expect(guest.open("dev/stdout", { oflags: oflag.creat | oflag.excl })).toBe(-errno.exist);
      });
    });
  }

test("a stream by name has no right that the descriptor has given up", () => {
  const { guest } = guestWithOutput();
  expect(guest.call("fd_fdstat_set_rights", 1, right.read, 0n)).toBe(errno.success);
  expect(guest.open("dev/stdout", { rights: right.write })).toBe(-errno.acces);
  expect(guest.write(guest.open("dev/stdout", { rights: right.read }), "x")).toBe(-errno.notcapable);
});

test("a stream by name is no directory that the guest has put there", () => {
  const { guest } = guestWithOutput();
  const log = guest.open("log", { oflags: oflag.directory, rights: right.directory });
  expect(guest.call("fd_renumber", log, 1)).toBe(errno.success);
  expect(guest.open("dev/stdout")).toBe(-errno.acces);
});

test("the names cannot be taken away, replaced or moved", () => {
  const { guest, root } = guestWithOutput();
  mkdirSync(join(root, "dev"));
  symlinkSync("/proc/self/fd/1", join(root, "dev/stdout"));
  symlinkSync("/proc/self/fd", join(root, "dev/fd"));
  expect(guest.on("path_unlink_file", "dev/stdout")).toBe(errno.rofs);
  expect(guest.on("path_create_directory", "dev/stdout")).toBe(errno.exist);
  const [from, to] = [guest.put("dev"), guest.put("away")];
  expect(guest.call("path_rename", 3, ...from, 3, ...to)).toBe(errno.busy);
  expect(guest.write(guest.open("dev/fd/1", { rights: right.write }), "x")).toBe(1);
  expect(guest.list(guest.open("dev", { oflags: oflag.directory, rights: right.directory }))).toEqual([
    ".",
    "..",
  ]);
});

test("without the grant there is no such name", () => {
  const root = mkdtempSync(join(work, "root-"));
  const guest = new Guest({ preopens: [directory(root)] });
  for (const path of paths) expect(guest.open(path)).toBe(-errno.noent);
});
