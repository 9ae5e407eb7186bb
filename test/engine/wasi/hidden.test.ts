import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, errno, file, type Granted, Guest, oflag, right } from "./guest.ts";

const work = temporaryDirectory();
const sub = { oflags: oflag.directory, rights: right.directory, inheriting: right.all };

/** data/secret/key is what the tests hide, foo what /dev leads to. */
function makeTree(): string {
  const root = mkdtempSync(join(work, "tree-"));
  for (const name of ["data/secret/deep", "foo/engine", "open"])
    mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, "data/secret/key"), "secret");
  writeFileSync(join(root, "data/secret/deep/key"), "deep secret");
  writeFileSync(join(root, "data/name"), "name");
  writeFileSync(join(root, "foo/engine/status"), "report");
  return root;
}

/** Every call that takes a path, on a file that is not to be there. */
function expectNotThere(guest: Guest, path: string, from = 3): void {
  const answers = {
    read: guest.open(path, { from }),
    write: guest.open(path, { from, rights: right.write }),
    truncate: guest.open(path, { from, rights: right.write, oflags: oflag.creat | oflag.trunc }),
    append: guest.open(path, { from, rights: right.write, fdflags: 1 }),
    stat: guest.stat(path, { from }),
    statLink: guest.stat(path, { from, follow: false }),
    times: -guest.call("path_filestat_set_times", from, 1, ...guest.put(path), 0n, 0n, 5),
    unlink: -guest.on("path_unlink_file", path, from),
    rmdir: -guest.on("path_remove_directory", path, from),
    mkdir: -guest.on("path_create_directory", path, from),
    symlink: -guest.call("path_symlink", ...guest.put("x"), from, ...guest.put(path)),
    readlink: -guest.call("path_readlink", from, ...guest.put(path), guest.room(16), 16, guest.room(4)),
    link: -guest.call("path_link", from, 0, ...guest.put(path), 3, ...guest.put("open/linked")),
    rename: -guest.call("path_rename", from, ...guest.put(path), 3, ...guest.put("open/moved")),
    cover: -guest.call("path_rename", 3, ...guest.put("open"), from, ...guest.put(path)),
  };
  for (const [call, answer] of Object.entries(answers))
    expect([path, call, answer]).toEqual([path, call, -errno.noent]);
  // The kernel says first that a file is no directory.
  expect([-errno.noent, -errno.notdir]).toContain(guest.open(path, { from, ...sub }));
}

function names(guest: Guest, path: string, from = 3): string[] {
  return guest
    .list(guest.open(path, { from, ...sub }))
    .filter((name) => !name.startsWith("."))
    .sort();
}

for (const walks of [false, true]) {
  const guest = (granted: Granted): Guest => new Guest({ ...granted, walks });

  describe(`what is hidden, resolved ${walks ? "step by step" : "by openat2"},`, () => {
    test("is hidden where the symlinks of its path lead, and the symlinks stay", () => {
      const root = makeTree();
      symlinkSync("foo", join(root, "dev"));
      symlinkSync("/data/secret", join(root, "at-root"));
      symlinkSync("at-root", join(root, "chain"));
      const hidden = ["/dev/engine", "/chain"];
      const played = guest({ preopens: [directory(root)], hidden });
      for (const path of ["dev/engine", "dev/engine/status", "foo/engine", "foo/engine/status"])
        expectNotThere(played, path);
      for (const path of ["chain", "chain/key", "data/secret", "data/secret/key"])
        expectNotThere(played, path);
      expect(names(played, "foo")).toEqual([]);
      expect(names(played, "dev")).toEqual([]);
      expect(names(played, "data")).toEqual(["name"]);
      expect(names(played, ".")).toEqual(["data", "dev", "foo", "open"]);
      expect(played.on("path_unlink_file", "dev")).toBe(errno.busy);
      for (const name of ["dev", "foo", "data"]) {
        const pair = [...played.put(name), 3, ...played.put("moved")] as const;
        expect([name, played.call("path_rename", 3, ...pair)]).toEqual([name, errno.busy]);
      }
      expect(readFileSync(join(root, "foo/engine/status"), "utf8")).toBe("report");
    });

    test("is hidden where `..` leads after a symlink", () => {
      const root = makeTree();
      symlinkSync("data/secret/deep", join(root, "short"));
      const played = guest({ preopens: [directory(root)], hidden: ["/short/../key"] });
      expectNotThere(played, "data/secret/key");
      expect(played.readFile("data/secret/deep/key")).toBe("deep secret");
    });

    test("is hidden under its other names", () => {
      const root = makeTree();
      linkSync(join(root, "data/secret/key"), join(root, "open/linked-before"));
      const played = guest({ preopens: [directory(root)], hidden: ["/data/secret/key"] });
      expectNotThere(played, "open/linked-before");
      expect(names(played, "open")).toEqual([]);
      expect(readFileSync(join(root, "data/secret/key"), "utf8")).toBe("secret");
      expect(played.readFile("data/secret/deep/key")).toBe("deep secret");
    });

    test("is hidden in every directory that shows it", () => {
      const root = makeTree();
      const preopens = [
        directory(root),
        directory(join(root, "data"), "/again"),
        directory(join(root, ".."), "/above"),
      ];
      const [again, above] = [4, 5];
      const tree = root.slice(root.lastIndexOf("/") + 1);
      for (const hidden of ["/data/secret", "/again/secret", `/above/${tree}/data/secret`]) {
        const played = guest({ preopens, hidden: [hidden] });
        for (const name of ["secret", "secret/key", "secret/deep/key", "secret/new"]) {
          expectNotThere(played, `data/${name}`);
          expectNotThere(played, `again/${name}`);
          expectNotThere(played, name, again);
          expectNotThere(played, `${tree}/data/${name}`, above);
        }
        expect(names(played, ".", again)).toEqual(["name"]);
        expect(names(played, `${tree}/data`, above)).toEqual(["name"]);
      }
      expect(existsSync(join(root, "data/secret/new"))).toBe(false);
    });

    test("stays hidden where a directory above it has another name to be moved by", () => {
      const root = makeTree();
      const preopens = [directory(join(root), "/a"), directory(join(root), "/b")];
      const played = guest({ preopens, hidden: ["/a/data/secret/key"] });
      const move = (from: string) =>
        played.call("path_rename", 4, ...played.put(from), 4, ...played.put("z"));
      expect([move("data"), move("data/secret")]).toEqual([errno.busy, errno.busy]);
      expect(played.on("path_remove_directory", "data/secret", 4)).toBe(errno.busy);
      expectNotThere(played, "data/secret/key");
      expectNotThere(played, "data/secret/key", 4);
    });

    test("is nothing that a preopen can begin in", () => {
      const root = makeTree();
      const preopens = [directory(root), directory(join(root, "data/secret/deep"), "/data/secret/deep")];
      expect(() => guest({ preopens, hidden: ["/data/secret"] })).toThrow(
        '"/data/secret/deep": "/data/secret" is hidden',
      );
      symlinkSync("data/secret", join(root, "link"));
      for (const cwd of ["/data/secret", "/data/secret/deep", "/link", "/link/deep"])
        expect(() => guest({ preopens: [directory(root)], hidden: ["/link"], cwd })).toThrow(
          "cannot be opened",
        );
    });

    test("leaves alone what is granted under a path of its own", () => {
      const root = makeTree();
      const preopens = [
        directory(root),
        directory(join(root, "data/secret"), "/mine"),
        file(join(root, "foo/engine/status"), "/open/status"),
      ];
      const played = guest({ preopens, hidden: ["/data/secret", "/foo/engine/status"] });
      expect(played.readFile("mine/key")).toBe("secret");
      expect(played.readFile("key", { from: 4 })).toBe("secret");
      expect(played.readFile("open/status")).toBe("report");
      expect(played.readFile("data/secret/key")).toBe(-errno.noent);
      expect(played.readFile("foo/engine/status")).toBe(-errno.noent);
    });
  });

  describe(`what is read-only, resolved ${walks ? "step by step" : "by openat2"},`, () => {
    function expectReadOnly(played: Guest, path: string, from = 3): void {
      const open = (oflags: number, rights = right.write): number =>
        played.open(path, { from, oflags, rights });
      const times = [...played.put(path), 0n, 0n, 5] as const;
      const answers = {
        write: open(0),
        truncate: open(oflag.trunc, right.read),
        create: open(oflag.creat),
        times: -played.call("path_filestat_set_times", from, 1, ...times),
        timesOfOpened: -played.call(
          "fd_filestat_set_times",
          played.open(path, { from, rights: right.directory }),
          0n,
          0n,
          5,
        ),
      };
      const rofs = -errno.rofs;
      expect({ path, ...answers }).toEqual({
        path,
        write: rofs,
        truncate: rofs,
        create: rofs,
        times: rofs,
        timesOfOpened: rofs,
      });
    }

    test("is so where the symlinks of its path lead, and the symlinks stay", () => {
      const root = makeTree();
      symlinkSync("data/secret", join(root, "link"));
      const played = guest({ preopens: [directory(root)], readonly: ["/link"] });
      expectReadOnly(played, "link/key");
      expectReadOnly(played, "data/secret/deep/key");
      for (const name of ["link", "data"]) {
        const pair = [...played.put(name), 3, ...played.put("moved")] as const;
        expect([name, played.call("path_rename", 3, ...pair)]).toEqual([name, errno.busy]);
      }
      expect(played.on("path_unlink_file", "link")).toBe(errno.busy);
    });

    test("is so under its other names, and in every directory that shows it", () => {
      const root = makeTree();
      linkSync(join(root, "data/name"), join(root, "open/linked-before"));
      const preopens = [directory(root), directory(join(root, "data"), "/again")];
      const played = guest({ preopens, readonly: ["/data/secret", "/data/name"] });
      expectReadOnly(played, "open/linked-before");
      expectReadOnly(played, "name", 4);
      expectReadOnly(played, "secret/key", 4);
      expectReadOnly(played, "again/secret/deep/key");
      expect(played.open("secret/new", { from: 4, oflags: oflag.creat, rights: right.write })).toBe(
        -errno.rofs,
      );
      for (const call of ["path_create_directory", "path_unlink_file", "path_remove_directory"])
        expect([call, played.on(call, "secret/new", 4)]).toEqual([call, errno.rofs]);
      const deep = played.open("secret/deep", { from: 4, ...sub });
      expectReadOnly(played, "key", deep);
      expect(played.on("path_unlink_file", "key", deep)).toBe(errno.rofs);
      const pair = [...played.put("secret"), 4, ...played.put("moved")] as const;
      expect(played.call("path_rename", 4, ...pair)).toBe(errno.busy);
      expect(lstatSync(join(root, "data/secret/key")).mtimeMs).not.toBe(0);
      expect(existsSync(join(root, "data/secret/new"))).toBe(false);
    });
  });
}
