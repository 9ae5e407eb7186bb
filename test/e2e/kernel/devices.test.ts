import { symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

// All that runtimes and engines put into /dev beside the harmless devices, and one that this bundle asks for.
const hidden = "console core fd fd/3 fd/self fuse mqueue net net/tun ptmx pts pts/ptmx shm .wrun".split(" ");
const refused = /^(\S+: (No such file or directory|Permission denied|Not a directory|Cross-device link)\n)*$/;
const harmless = "full null random tty urandom zero";

if (skipped === undefined) {
  const environment = await openEnvironment();

  for (const runtime of lowLevelRuntimes) {
    const ended = (...args: string[]): Ended => {
      const words = ["/toolbox.wasm", ...args];
      const bundle = kernelBundle(`${environment.folder}/${runtime}`, words, {
        "/toolbox.wasm": fixture("toolbox"),
      });
      writeFileSync(`${bundle}/config.json`, JSON.stringify(crowded(words)));
      const id = `devices-${runtime}-${process.pid}`;
      symlinkSync("/dev/stdout", `${bundle}/rootfs/log`);
      const command = [wrun, "--runtime-path", runtime, "run", "--bundle", bundle, id];
      return environment.run(command, { stdin: "from stdin\n" });
    };
    const guest = (...args: string[]): string => {
      const { stdout, stderr } = ended(...args);
      expect(stderr).toBe("");
      return stdout;
    };
    const each = (words: (name: string) => readonly string[]): string[] =>
      hidden.flatMap((name) => [...words(name), ","]).slice(0, -1);

    describe(`/dev on ${runtime}`, () => {
      test("lists the harmless devices alone, and from wherever it is looked at", () => {
        const links = ["symlink", "dev", "/d", ",", "symlink", "dev/../dev/.", "/e", ","];
        const lists = ["/dev", "/d/", "/e/", "/dev/../dev"].flatMap((path) => ["ls", path, ","]);
        expect(guest(...links, ...lists, "ls", "dev/.")).toBe(`${harmless}\n`.repeat(5));
      });

      test("has harmless devices that work", () => {
        expect(guest("write", "/dev/null", "x", ",", "cat", "/dev/null")).toBe("wrote /dev/null\n");
        expect(guest("write", "/dev/full", "x")).toBe("/dev/full: No space left on device\n");
      });

      test("leads to the guest's own standard streams by their names, and no further", () => {
        const write = (path: string) => ["write", path, `to ${path}\n`, ","];
        const outputs = ["/dev/stdout", "/dev/fd/1", "/log"];
        expect(guest(...outputs.flatMap(write), "cat", "/dev/stdin")).toBe(
          `${outputs.map((path) => `to ${path}\nwrote ${path}\n`).join("")}from stdin\n`,
        );
        expect(ended(...["/dev/stderr", "/dev/fd/2"].flatMap(write)).stderr).toBe(
          "to /dev/stderr\nto /dev/fd/2\n",
        );
        expect(guest("cat", "/dev/fd/0")).toBe("from stdin\n");
        expect(guest("cat", "/dev/stdin/../mem", ",", "cat", "/dev/fd/1/../../mem")).toMatch(refused);
      });

      test("refuses to open, list, link and move everything else", () => {
        for (const words of [
          each((name) => ["cat", `/dev/${name}`]),
          each((name) => ["ls", `/dev/${name}`]),
          each((name) => ["link", `/dev/${name}`, `/l-${name.replace("/", "-")}`]),
          each((name) => ["rename", `/dev/${name}`, `/r-${name.replace("/", "-")}`]),
        ]) {
          const answer = guest(...words);
          expect(answer).toMatch(refused);
          expect(answer.match(/\n/g)).toHaveLength(hidden.length);
        }
      });

      test("refuses it behind symlinks, too", () => {
        const answer = guest(
          ...each((name) => ["symlink", `dev/${name}`, "/s", ",", "cat", "/s", ",", "unlink", "/s"]),
        );
        expect(answer).toMatch(refused);
        expect(answer.match(/\n/g)).toHaveLength(hidden.length);
      });

      test("cannot itself be moved away from what hides in it", () => {
        const answer = guest("rename", "/dev", "/away", ",", "ls", "/away", ",", "ls", "/dev");
        expect(answer).toMatch(/^\S+: .*busy\n\/away: No such file or directory\nfull null .*\n$/);
      });
    });
  }
}

function crowded(args: readonly string[]): object {
  const { linux, mounts, process } = config;
  const mount = (destination: string, type: string, options: readonly string[]): object => ({
    destination,
    type,
    source: type,
    options: ["nosuid", "noexec", ...options],
  });
  const more = [
    mount("/dev/pts", "devpts", ["newinstance", "ptmxmode=0666", "mode=0620"]),
    mount("/dev/shm", "tmpfs", ["nodev", "mode=1777"]),
    mount("/dev/mqueue", "mqueue", ["nodev"]),
  ];
  const devices = [
    { path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 0o666 },
    { path: "/dev/net/tun", type: "c", major: 10, minor: 200, fileMode: 0o666 },
  ];
  return {
    ...config,
    process: { ...process, args },
    mounts: [...mounts, ...more],
    linux: { ...linux, devices },
  };
}
