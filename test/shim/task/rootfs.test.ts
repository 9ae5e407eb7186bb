import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import { mountRootfs, type RootfsMount, unmountBeneath, unmountRootfs } from "../../../shim/task/rootfs.ts";
import { exchanging, raceRounds, raceTimeoutMs } from "../../exchange.ts";
import { temporaryDirectory } from "../../wrun.ts";

const [bind, detach, privately] = [4096, 2, 1 << 18];
// Before the folder is removed, as that is asked for later.
afterAll(() => native.umount(disk, detach));
const folder = temporaryDirectory();
// A file system of its own: where /tmp lies on an overlay, another overlay cannot be made of it.
const disk = `${folder}/disk`;
const canMount = process.getuid?.() === 0 && isMountable();
const rooted = test.skipIf(!canMount);
if (!canMount) console.log("tests that mount are skipped: run as root, with CAP_SYS_ADMIN");

function isMountable(): boolean {
  mkdirSync(disk);
  if (native.mount("tmpfs", disk, "tmpfs", 0, "") < 0) return false;
  native.mount("none", disk, "", privately, "");
  return true;
}

beforeAll(() => {
  if (!canMount) return;
  for (const layer of ["one", "two"]) {
    mkdirSync(`${disk}/${layer}`);
    writeFileSync(`${disk}/${layer}/${layer}`, layer);
  }
});

let count = 0;
function bundle(): string {
  const path = `${disk}/bundle-${++count}`;
  mkdirSync(path);
  return path;
}

function mountsAt(path: string): number {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line.split(" ")[4]?.startsWith(path)).length;
}

function overlay(options: readonly string[] = [`lowerdir=${disk}/one:${disk}/two`]): RootfsMount {
  return { type: "overlay", source: "overlay", target: "", options };
}

function bound(source: string, target: string, options: readonly string[] = ["rbind"]): RootfsMount {
  return { type: "bind", source, target, options };
}

rooted("an overlay is mounted, with all its layers, where rootfs is not there yet, and goes again", () => {
  const rootfs = `${bundle()}/rootfs`;
  const [upper, work] = [`${disk}/upper`, `${disk}/work`];
  for (const path of [upper, work]) mkdirSync(path);
  const mounts = [overlay([`lowerdir=${disk}/one:${disk}/two`, `upperdir=${upper}`, `workdir=${work}`])];
  mountRootfs(mounts, rootfs);
  expect([readFileSync(`${rootfs}/one`, "utf8"), readFileSync(`${rootfs}/two`, "utf8")]).toEqual([
    "one",
    "two",
  ]);
  writeFileSync(`${rootfs}/new`, "new");
  unmountRootfs(mounts, rootfs);
  expect([mountsAt(rootfs), existsSync(`${rootfs}/one`)]).toEqual([0, false]);
  expect(readFileSync(`${upper}/new`, "utf8")).toBe("new");
});

rooted("an overlay of more layers than a page of options holds is mounted", () => {
  const layers = Array.from({ length: 100 }, (_, at) => `${disk}/${"long".repeat(12)}/${at}`);
  for (const [at, layer] of layers.entries()) {
    mkdirSync(layer, { recursive: true });
    writeFileSync(`${layer}/${at}`, "");
  }
  const options = [`lowerdir=${layers.join(":")}`];
  expect(options[0]?.length).toBeGreaterThan(4096);
  const rootfs = `${bundle()}/rootfs`;
  mountRootfs([overlay(options)], rootfs);
  expect([existsSync(`${rootfs}/0`), existsSync(`${rootfs}/99`)]).toEqual([true, true]);
  unmountRootfs([overlay()], rootfs);
  expect(mountsAt(rootfs)).toBe(0);
});

rooted("a bind mount is read-only where it is asked to be, and propagates as it is asked to", () => {
  const rootfs = `${bundle()}/rootfs`;
  const mounts = [bound(`${disk}/one`, "", ["rbind", "ro", "rslave"])];
  mountRootfs(mounts, rootfs);
  expect(() => writeFileSync(`${rootfs}/x`, "")).toThrow("EROFS");
  unmountRootfs(mounts, rootfs);
});

rooted("nothing is left where one of several mounts fails, and the error names it", () => {
  const rootfs = `${bundle()}/rootfs`;
  const good = bound(`${disk}/one`, "");
  const failing: readonly (readonly [RootfsMount, string])[] = [
    [bound(`${disk}/none`, ""), "cannot mount bind on "],
    [bound(`${disk}/two`, "none"), "No such file or directory"],
    [overlay(["lowerdir=/no/such"]), "cannot mount overlay on "],
    [{ ...good, options: ["rbind", "loop"] }, "the mount option loop"],
  ];
  for (const [mount, message] of failing) {
    expect(() => mountRootfs([good, mount], rootfs)).toThrow(message);
    expect(mountsAt(rootfs)).toBe(0);
  }
});

rooted("a mount that somebody else has made at rootfs stays, whatever fails here", () => {
  const rootfs = `${bundle()}/rootfs`;
  mkdirSync(rootfs);
  native.mount(`${disk}/two`, rootfs, "", bind, "");
  mountRootfs([], rootfs);
  unmountRootfs([], rootfs);
  expect(() => mountRootfs([bound(`${disk}/none`, "")], rootfs)).toThrow("cannot mount bind");
  expect(mountsAt(rootfs)).toBe(1);
  unmountBeneath(rootfs);
  expect(mountsAt(rootfs)).toBe(0);
});

rooted("a mount beneath the root follows no link out of it, and goes with it", () => {
  const rootfs = `${bundle()}/rootfs`;
  const image = `${disk}/image`;
  mkdirSync(`${image}/inside`, { recursive: true });
  symlinkSync(`${disk}/victim`, `${image}/absolute`);
  symlinkSync("../../victim", `${image}/up`);
  symlinkSync("/inside", `${image}/link`);
  mkdirSync(`${disk}/victim`);
  for (const target of ["absolute", "up", "../../victim"])
    expect(() => mountRootfs([bound(image, ""), bound(`${disk}/one`, target)], rootfs)).toThrow(
      "No such file or directory",
    );
  expect(mountsAt(`${disk}/victim`)).toBe(0);
  const mounts = [bound(image, ""), bound(`${disk}/one`, "/link", ["rbind", "ro"])];
  mountRootfs(mounts, rootfs);
  expect(readFileSync(`${rootfs}/inside/one`, "utf8")).toBe("one");
  expect(() => writeFileSync(`${rootfs}/inside/x`, "")).toThrow("EROFS");
  unmountRootfs(mounts, rootfs);
  expect(mountsAt(rootfs)).toBe(0);
});

rooted(
  "a root file system that is in use goes from its place all the same, and what is mounted in it",
  () => {
    const rootfs = `${bundle()}/rootfs`;
    const mounts = [bound(`${disk}/image`, "")];
    mountRootfs(mounts, rootfs);
    native.mount(`${disk}/one`, `${rootfs}/inside`, "", bind, "");
    const held = native.openat(-100, `${rootfs}/inside/one`, 0, 0);
    unmountRootfs(mounts, rootfs);
    expect(mountsAt(rootfs)).toBe(0);
    native.close(held);
  },
);

rooted("unmountBeneath() finds mounts whose names have blanks", () => {
  const rootfs = `${bundle()}/root fs\\`;
  mkdirSync(rootfs);
  native.mount(`${disk}/one`, rootfs, "", bind, "");
  unmountBeneath(rootfs);
  expect(existsSync(`${rootfs}/one`)).toBe(false);
});

rooted(
  "unmountBeneath() takes no mount of the host's away while a container exchanges a folder with a link to it",
  async () => {
    const [rootfs, victim] = [`${bundle()}/rootfs`, `${disk}/host`];
    for (const path of [`${rootfs}/a/b`, `${victim}/b`]) mkdirSync(path, { recursive: true });
    symlinkSync(victim, `${rootfs}/link`);
    native.mount(`${disk}/one`, `${victim}/b`, "", bind, "");
    await using race = await exchanging(`${rootfs}/a`, `${rootfs}/link`);
    void race;
    for (let round = 0; round < raceRounds / 10; round++) {
      // Where the folder is elsewhere right now, there is nothing to take away.
      native.mount(`${disk}/two`, `${rootfs}/${round % 2 === 0 ? "a" : "link"}/b`, "", bind, "");
      unmountBeneath(rootfs);
      if (mountsAt(`${victim}/b`) === 0) throw new Error(`round ${round}: a mount of the host is gone`);
      while (mountsAt(`${victim}/b`) > 1) native.umount(`${victim}/b`, detach);
    }
    native.umount(`${victim}/b`, detach);
  },
  raceTimeoutMs,
);
