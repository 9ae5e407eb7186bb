import { linkSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, file, Guest, oflag, right } from "./guest.ts";

const work = temporaryDirectory();

/** A tree with every kind of link, beside a file that no guest may ever read. */
function makeTree(): { root: string; outside: string } {
  const base = mkdtempSync(join(work, "tree-"));
  const root = join(base, "root");
  mkdirSync(join(root, "a/b/c"), { recursive: true });
  mkdirSync(join(root, "etc"));
  mkdirSync(join(root, "outside-dir"));
  writeFileSync(join(base, "outside"), "secret");
  writeFileSync(join(root, "file"), "top");
  writeFileSync(join(root, "etc/name"), "etc name");
  writeFileSync(join(root, "a/b/deep"), "deep");
  const links: Record<string, string> = {
    "to-file": "file",
    "to-dir": "a/b",
    "to-parent": "a/b/..",
    absolute: "/etc/name",
    "absolute-dir": "/etc",
    "a/absolute": "/etc/name",
    "a/up": "../file",
    "a/b/up-up": "../../etc/name",
    "chain-1": "chain-2",
    "chain-2": "a/chain-3",
    "a/chain-3": "b/../b/deep",
    escape: "../outside",
    "escape-far": "../../../../../../../../../../../../../../../../etc/passwd",
    "escape-host": join(base, "outside"),
    "escape-chain": "escape",
    "a/escape-late": "../../outside",
    dangling: "nowhere",
    "loop-1": "loop-2",
    "loop-2": "loop-1",
    slashed: "a/b/",
    self: ".",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name));
  return { root, outside: join(base, "outside") };
}

const { root, outside } = makeTree();

// Path, then what reading it gives from a preopen "/" and from a preopen "/data": text, or -errno.
const paths: readonly (readonly [string, string | number, (string | number)?])[] = [
  ["file", "top"],
  ["./file", "top"],
  ["a/../file", "top"],
  ["a/./b//../b/deep", "deep"],
  ["a/b/c/../../../file", "top"],
  ["to-file", "top"],
  ["to-dir/deep", "deep"],
  ["to-parent/b/deep", "deep"],
  ["to-dir/../b/deep", "deep"],
  ["self/self/self/file", "top"],
  ["slashed/deep", "deep"],
  ["chain-1", "deep"],
  ["a/up", "top"],
  ["a/b/up-up", "etc name"],
  ["absolute", "etc name", -errno.notcapable],
  ["absolute-dir/name", "etc name", -errno.notcapable],
  ["a/absolute", "etc name", -errno.notcapable],
  ["missing", -errno.noent],
  ["missing/file", -errno.noent],
  ["file/", -errno.notdir],
  ["file/x", -errno.notdir],
  ["file/..", -errno.notdir],
  ["to-file/", -errno.notdir],
  ["dangling", -errno.noent],
  ["loop-1", -errno.loop],
  ["loop-1/x", -errno.loop],
  ["", -errno.noent],
  ["/file", -errno.notcapable],
  ["//file", -errno.notcapable],
  ["file\0", -errno.inval],
  ["x".repeat(256), -errno.nametoolong],
  ["a/".repeat(2500), -errno.nametoolong],
  // Beyond "/" there is nothing but "/", as in any container; beyond another directory there is no way.
  ["../file", "top", -errno.notcapable],
  ["a/../../file", "top", -errno.notcapable],
  ["escape", -errno.noent, -errno.notcapable],
  ["escape-far", -errno.noent, -errno.notcapable],
  ["escape-host", -errno.noent, -errno.notcapable],
  ["escape-chain", -errno.noent, -errno.notcapable],
  ["a/escape-late", -errno.noent, -errno.notcapable],
];

for (const walks of [false, true]) {
  const way = walks ? "step by step" : "by openat2";

  describe(`paths resolved ${way}`, () => {
    for (const [path, inRoot, beneath = inRoot] of paths) {
      const shown = path.length > 40 ? `${path.slice(0, 10)}… (${path.length})` : JSON.stringify(path);
      test(`${shown} from preopen "/"`, () => {
        expect(new Guest({ preopens: [directory(root)], walks }).readFile(path)).toBe(inRoot);
      });
      test(`${shown} from preopen "/data"`, () => {
        expect(new Guest({ preopens: [directory(root, "/data")], walks }).readFile(path)).toBe(beneath);
      });
      // A hidden path makes the kernel's one call insufficient, but must not change what others find.
      test(`${shown} from preopen "/" with something hidden in it`, () => {
        const guest = new Guest({ preopens: [directory(root)], hidden: ["/outside-dir"], walks });
        expect(guest.readFile(path)).toBe(inRoot);
      });
    }

    test("a symlink at the end is not followed where the guest says so", () => {
      const guest = new Guest({ preopens: [directory(root)], walks });
      expect(guest.readFile("to-file", { follow: false })).toBe(-errno.loop);
      expect(guest.stat("to-file", { follow: false })).toMatchObject({ type: 7 });
      expect(guest.stat("to-file")).toMatchObject({ type: 4, size: 3n });
      expect(guest.stat("dangling", { follow: false })).toMatchObject({ type: 7 });
      expect(guest.stat("to-dir/", { follow: false })).toMatchObject({ type: 3 });
    });

    test("a subdirectory's own '..' leads nowhere, a symlink in it leads on within the tree", () => {
      const guest = new Guest({ preopens: [directory(root)], walks });
      const opener = guest.open("a", {
        oflags: oflag.directory,
        rights: right.directory,
        inheriting: right.directory,
      });
      expect(guest.readFile("../file", { from: opener })).toBe(-errno.notcapable);
      expect(guest.readFile("b/../../file", { from: opener })).toBe(-errno.notcapable);
      expect(guest.readFile("up", { from: opener })).toBe("top");
      expect(guest.readFile("absolute", { from: opener })).toBe("etc name");
      expect(guest.readFile("b/up-up", { from: opener })).toBe("etc name");
      expect(guest.readFile("escape-late", { from: opener })).toBe(-errno.noent);
    });

    test("a new file appears where a dangling link points, and never outside", () => {
      const tree = makeTree();
      const guest = new Guest({ preopens: [directory(tree.root)], walks });
      const how = { oflags: oflag.creat, rights: right.write };
      const fd = guest.open("dangling", how);
      expect(guest.write(fd, "new")).toBe(3);
      expect(readFileSync(join(tree.root, "nowhere"), "utf8")).toBe("new");
      expect(guest.open("dangling", { ...how, oflags: oflag.creat | oflag.excl })).toBe(-errno.exist);
      expect(guest.open("nothing/", how)).toBe(-errno.isdir);
      guest.open("escape", { ...how, oflags: oflag.creat | oflag.trunc });
      expect(readFileSync(tree.outside, "utf8")).toBe("secret");
    });

    test("names cannot be made or removed outside", () => {
      const tree = makeTree();
      const guest = new Guest({ preopens: [directory(tree.root, "/data")], walks });
      for (const call of ["path_create_directory", "path_remove_directory", "path_unlink_file"]) {
        expect(guest.on(call, "../outside")).toBe(errno.notcapable);
        expect(guest.on(call, "a/../../outside")).toBe(errno.notcapable);
        expect(guest.on(call, "absolute-dir/name")).toBe(errno.notcapable);
        expect(guest.on(call, "/outside")).toBe(errno.notcapable);
      }
      const names = [...guest.put("file"), 3, ...guest.put("../moved")] as const;
      expect(guest.call("path_rename", 3, ...names)).toBe(errno.notcapable);
      expect(guest.call("path_link", 3, 0, ...names)).toBe(errno.notcapable);
      const outward = [...guest.put("../outside"), 3, ...guest.put("stolen")] as const;
      expect(guest.call("path_rename", 3, ...outward)).toBe(errno.notcapable);
      expect(guest.call("path_link", 3, 0, ...outward)).toBe(errno.notcapable);
      expect(guest.call("path_symlink", ...guest.put("/etc"), 3, ...guest.put("l"))).toBe(errno.notcapable);
    });

    test("the last name may be a dot or end in slashes, as POSIX wants it", () => {
      const tree = makeTree();
      const guest = new Guest({ preopens: [directory(tree.root)], walks });
      expect(guest.on("path_create_directory", "new/")).toBe(0);
      expect(guest.on("path_create_directory", "a/.")).toBe(errno.exist);
      expect(guest.on("path_create_directory", "a/..")).toBe(errno.exist);
      expect(guest.on("path_create_directory", ".")).toBe(errno.exist);
      expect(guest.on("path_remove_directory", "new/.")).toBe(errno.inval);
      expect(guest.on("path_unlink_file", "file/")).toBe(errno.notdir);
      expect(guest.on("path_unlink_file", "to-dir/")).toBe(errno.notdir);
      expect(guest.on("path_remove_directory", "to-dir/")).toBe(errno.notdir);
      expect(guest.on("path_unlink_file", "new")).toBe(errno.isdir);
      expect(guest.on("path_remove_directory", "new//")).toBe(0);
      expect(guest.on("path_remove_directory", "a")).toBe(errno.notempty);
      const link = guest.room(64);
      const used = guest.room(4);
      const readlink = (path: string): number =>
        guest.call("path_readlink", 3, ...guest.put(path), link, 64, used);
      expect(readlink("to-dir")).toBe(0);
      expect(guest.text(link, guest.u32(used))).toBe("a/b");
      expect(readlink("to-dir/")).toBe(errno.inval);
      expect(readlink("escape-host/")).toBe(errno.inval);
      expect(readlink("file")).toBe(errno.inval);
    });

    test("what is no UTF-8 is no path", () => {
      const guest = new Guest({ preopens: [directory(root)], walks });
      const name = guest.put(new Uint8Array([0x66, 0xff]));
      expect(guest.call("path_unlink_file", 3, ...name)).toBe(errno.ilseq);
    });

    test("a directory that was renamed after it was opened is still the one that was opened", () => {
      const tree = makeTree();
      const guest = new Guest({ preopens: [directory(tree.root)], walks });
      const a = guest.open("a", {
        oflags: oflag.directory,
        rights: right.directory,
        inheriting: right.directory,
      });
      expect(guest.call("path_rename", 3, ...guest.put("a"), 3, ...guest.put("z"))).toBe(0);
      expect(guest.readFile("b/deep", { from: a })).toBe("deep");
      expect(guest.readFile("up", { from: a })).toBe(-errno.notcapable);
    });
  });

  describe(`a grant of several paths, resolved ${way}`, () => {
    function makeMounts(): { root: string; volume: string; lone: string } {
      const base = mkdtempSync(join(work, "mounts-"));
      for (const name of ["root/data/x", "root/etc", "root/secret/in", "volume/sub"]) {
        mkdirSync(join(base, name), { recursive: true });
      }
      writeFileSync(join(base, "root/etc/hosts"), "of the image");
      writeFileSync(join(base, "root/etc/name"), "name");
      writeFileSync(join(base, "root/data/covered"), "covered");
      writeFileSync(join(base, "root/secret/key"), "key");
      writeFileSync(join(base, "volume/v"), "volume");
      writeFileSync(join(base, "lone"), "of the host");
      symlinkSync("/data/v", join(base, "root/etc/to-volume"));
      symlinkSync("../etc/name", join(base, "volume/out"));
      symlinkSync("/secret/key", join(base, "volume/to-secret"));
      symlinkSync("secret", join(base, "root/to-secret"));
      symlinkSync("hosts", join(base, "root/etc/to-hosts"));
      return { root: join(base, "root"), volume: join(base, "volume"), lone: join(base, "lone") };
    }
    const mounts = makeMounts();
    const preopens = [
      directory(mounts.root),
      directory(mounts.volume, "/data"),
      file(mounts.lone, "/etc/hosts", "read-only"),
    ];
    const guest = (): Guest => new Guest({ preopens, hidden: ["/secret"], readonly: ["/etc"], walks });
    const volume = 4;

    test("a directory beneath another one is reached through both, and covers what was there", () => {
      expect(guest().readFile("data/v")).toBe("volume");
      expect(guest().readFile("v", { from: volume })).toBe("volume");
      expect(guest().readFile("data/covered")).toBe(-errno.noent);
      expect(guest().readFile("data/sub/../../etc/name")).toBe("name");
      expect(guest().readFile("../etc/name", { from: volume })).toBe("name");
      expect(guest().readFile("etc/to-volume")).toBe("volume");
      expect(guest().readFile("out", { from: volume })).toBe("name");
      expect(guest().readFile("data/out")).toBe("name");
      const played = guest();
      const sub = { oflags: oflag.directory, rights: right.directory, inheriting: right.directory };
      expect(played.list(played.open("data", sub)).sort()).toEqual(
        [".", "..", "out", "sub", "to-secret", "v"].sort(),
      );
    });

    test("a file of the host stands where it was bound, and only there", () => {
      expect(guest().readFile("etc/hosts")).toBe("of the host");
      expect(guest().readFile("etc/to-hosts")).toBe("of the host");
      expect(guest().readFile("etc/hosts/")).toBe(-errno.notdir);
      expect(guest().open("etc/hosts", { rights: right.write })).toBe(-errno.rofs);
      expect(guest().on("path_unlink_file", "etc/hosts")).toBe(errno.rofs);
    });

    test("what is hidden is not there, however it is asked for", () => {
      const played = guest();
      for (const path of [
        "secret",
        "secret/key",
        "to-secret/key",
        "./secret",
        "etc/../secret/key",
        "data/to-secret",
      ]) {
        expect([path, played.readFile(path)]).toEqual([path, -errno.noent]);
        expect([path, played.stat(path)]).toEqual([path, -errno.noent]);
      }
      expect(played.readFile("secret/../etc/name")).toBe(-errno.noent);
      expect(played.readFile("../secret/key", { from: volume })).toBe(-errno.noent);
      const top = played.open(".", { oflags: oflag.directory, rights: right.directory });
      expect(played.list(top)).toContain("etc");
      expect(played.list(top)).not.toContain("secret");
      for (const call of ["path_create_directory", "path_remove_directory", "path_unlink_file"]) {
        expect(played.on(call, "secret")).toBe(errno.noent);
        expect(played.on(call, "secret/in")).toBe(errno.noent);
      }
      const rename = (from: string, to: string): number =>
        played.call("path_rename", 3, ...played.put(from), 3, ...played.put(to));
      expect(rename("secret", "open")).toBe(errno.noent);
      expect(rename("data", "secret")).not.toBe(0);
      expect(played.call("path_link", 3, 0, ...played.put("secret/key"), 3, ...played.put("k"))).toBe(
        errno.noent,
      );
    });

    test("beneath a read-only path nothing changes", () => {
      const played = guest();
      const open = (path: string, oflags: number, rights = right.write): number =>
        played.open(path, { oflags, rights });
      expect(open("etc/name", 0)).toBe(-errno.rofs);
      expect(open("etc/name", oflag.trunc, right.read)).toBe(-errno.rofs);
      expect(open("etc/new", oflag.creat)).toBe(-errno.rofs);
      expect(open("etc/new", 0)).toBe(-errno.noent);
      expect(open("etc/name", oflag.creat | oflag.excl)).toBe(-errno.exist);
      expect(open("etc/name", oflag.creat, right.read)).toBeGreaterThan(4);
      expect(played.on("path_create_directory", "etc/new")).toBe(errno.rofs);
      expect(played.on("path_create_directory", "etc/name")).toBe(errno.exist);
      expect(played.on("path_unlink_file", "etc/name")).toBe(errno.rofs);
      expect(played.on("path_remove_directory", "etc")).toBe(errno.rofs);
      const pair = (from: string, to: string): readonly number[] => [
        ...played.put(from),
        3,
        ...played.put(to),
      ];
      expect(played.call("path_rename", 3, ...pair("etc/name", "n"))).toBe(errno.rofs);
      expect(played.call("path_rename", 3, ...pair("data", "etc/d"))).not.toBe(0);
      expect(played.call("path_link", 3, 0, ...pair("etc/name", "n"))).toBe(errno.xdev);
      expect(played.call("path_link", 3, 0, ...pair("data/v", "etc/v"))).toBe(errno.rofs);
      expect(played.call("path_symlink", ...played.put("x"), 3, ...played.put("etc/l"))).toBe(errno.rofs);
      const times = [0, 0n, 0n, 1 | 4] as const;
      expect(played.call("path_filestat_set_times", 3, times[0], ...played.put("etc/name"), 0n, 0n, 5)).toBe(
        errno.rofs,
      );
      const name = played.open("etc/name", { rights: right.directory });
      expect(played.call("fd_filestat_set_times", name, 0n, 0n, 5)).toBe(errno.rofs);
    });

    test("a read-only directory tells nothing of where its links lead", () => {
      const played = new Guest({ preopens: [directory(root, "/", "read-only")], walks });
      symlinkSync(join(root, "a"), join(root, `out-there-${walks}`));
      symlinkSync("/no/such", join(root, `out-nowhere-${walks}`));
      for (const name of [`out-there-${walks}/`, `out-nowhere-${walks}/`])
        expect(played.on("path_create_directory", name)).toBe(errno.exist);
    });

    test("what the grant put into the tree cannot be moved, and no file joins two mounts", () => {
      const played = guest();
      expect(played.on("path_remove_directory", "data")).toBe(errno.busy);
      const pair = (from: string, to: string): readonly number[] => [
        ...played.put(from),
        3,
        ...played.put(to),
      ];
      expect(played.call("path_rename", 3, ...pair("data", "moved"))).toBe(errno.busy);
      expect(played.call("path_rename", 3, ...pair("data/v", "moved"))).toBe(errno.xdev);
      expect(played.call("path_link", 3, 0, ...pair("data/v", "linked"))).toBe(errno.xdev);
    });

    test("a read-only directory is read-only through the outer one too, and lends no file to a writable one", () => {
      const both = [directory(mounts.root), directory(mounts.volume, "/data", "read-only")];
      const played = new Guest({ preopens: both, walks });
      expect(played.open("data/v", { rights: right.write })).toBe(-errno.rofs);
      expect(played.open("v", { from: volume, rights: right.write })).toBe(-errno.rofs);
      expect(played.readFile("data/v")).toBe("volume");
      const names = [...played.put("v"), 3, ...played.put("mine")] as const;
      expect(played.call("path_link", volume, 0, ...names)).toBe(errno.xdev);
      expect(played.call("path_rename", volume, ...names)).toBe(errno.rofs);
      const alone = new Guest({ preopens: [directory(mounts.volume, "/data", "read-only")], walks });
      expect(alone.open("v", { rights: right.write })).toBe(-errno.rofs);
      expect(alone.on("path_create_directory", "new")).toBe(errno.rofs);
    });

    test("a read-only path that is itself a mount makes the mount read-only", () => {
      const readonly = ["/", "/data", "/etc/hosts"];
      const files = [
        directory(mounts.root),
        directory(mounts.volume, "/data"),
        file(mounts.lone, "/etc/hosts"),
      ];
      const played = new Guest({ preopens: files, readonly, walks });
      for (const path of ["etc/name", "data/v", "etc/hosts"]) {
        expect([path, played.open(path, { rights: right.write })]).toEqual([path, -errno.rofs]);
      }
      const alone = new Guest({ preopens: [directory(mounts.root)], readonly: ["/"], walks });
      expect(alone.open("etc/name", { rights: right.write })).toBe(-errno.rofs);
      expect(alone.on("path_create_directory", "new")).toBe(errno.rofs);
    });

    test("a file that was hard linked from elsewhere before is read, as the kernel has it", () => {
      linkSync(mounts.lone, join(mounts.root, `linked-${walks}`));
      expect(guest().readFile(`linked-${walks}`)).toBe("of the host");
    });
  });
}

test("nothing outside was ever written to", () => {
  expect(readFileSync(outside, "utf8")).toBe("secret");
});
