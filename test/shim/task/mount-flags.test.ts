import { expect, test } from "bun:test";
import { mountFlags } from "../../../shim/task/mount-flags.ts";
import { shortened } from "../../../shim/task/overlay-options.ts";

// linux/mount.h
const ms = {
  rdonly: 0x1,
  nosuid: 0x2,
  nodev: 0x4,
  noexec: 0x8,
  bind: 0x1000,
  rec: 0x4000,
  unbindable: 0x20000,
  private: 0x40000,
  slave: 0x80000,
  shared: 0x100000,
  relatime: 0x200000,
};

test("mountFlags() tells flags, propagation and the file system's own options apart", () => {
  expect(mountFlags(["ro", "nosuid", "nodev", "noexec", "relatime"])).toEqual({
    flags: ms.rdonly | ms.nosuid | ms.nodev | ms.noexec | ms.relatime,
    propagation: 0,
    data: [],
  });
  expect(mountFlags(["rbind", "rprivate"])).toEqual({
    flags: ms.bind | ms.rec,
    propagation: ms.private | ms.rec,
    data: [],
  });
  expect(mountFlags(["lowerdir=/a:/b", "upperdir=/u", "volatile", "index=off"])).toEqual({
    flags: 0,
    propagation: 0,
    data: ["lowerdir=/a:/b", "upperdir=/u", "volatile", "index=off"],
  });
});

test("mountFlags() knows each propagation, alone and for all beneath", () => {
  for (const name of ["private", "slave", "shared", "unbindable"] as const) {
    expect(mountFlags([name]).propagation).toBe(ms[name]);
    expect(mountFlags([`r${name}`]).propagation).toBe(ms[name] | ms.rec);
  }
});

test("mountFlags() lets a later option take an earlier one away", () => {
  expect(mountFlags(["ro", "rw", "nosuid", "suid", "defaults"])).toEqual({
    flags: 0,
    propagation: 0,
    data: [],
  });
  expect(mountFlags(["rw", "ro"]).flags).toBe(ms.rdonly);
});

test("mountFlags() takes no name of JavaScript's for an option", () => {
  const names = ["constructor", "toString", "__proto__", "hasOwnProperty", "rconstructor"];
  expect(mountFlags(names)).toEqual({ flags: 0, propagation: 0, data: names });
});

test("mountFlags() refuses what containerd's mount code does itself", () => {
  for (const option of ["loop", "X-containerd.mkdir.path=/a", "uidmap=0:1:2", "gidmap=0:1:2"])
    expect(() => mountFlags(["ro", option])).toThrow(`rootfs: the mount option ${option}`);
});

test("shortened() leaves what fits as it is", () => {
  const options = ["lowerdir=/a/1/fs:/a/2/fs", "upperdir=/a/3/fs", "workdir=/a/3/work"];
  expect(shortened("overlay", options)).toEqual({ folder: "/", text: options.join(",") });
});

test("shortened() names the lower folders from the one that they all lie in", () => {
  const folders = Array.from({ length: 150 }, (_, at) => `/var/lib/containerd/snapshots/${at}/fs`);
  const options = ["workdir=/w", `lowerdir=${folders.join(":")}`, "upperdir=/u"];
  const { folder, text } = shortened("overlay", options);
  expect(folder).toBe("/var/lib/containerd/snapshots");
  expect(text.startsWith("workdir=/w,lowerdir=0/fs:1/fs:2/fs:")).toBe(true);
  expect(text.endsWith(":149/fs,upperdir=/u")).toBe(true);
  expect(text.length).toBeLessThan(4096);
});

test("shortened() measures bytes, as the kernel does", () => {
  const folders = Array.from({ length: 40 }, (_, at) => `/${"ü".repeat(30)}/${at}`);
  const text = `lowerdir=${folders.join(":")}`;
  expect([text.length < 4096, new TextEncoder().encode(text).length]).toEqual([true, 2598]);
  const long = [...folders, ...folders.map((name) => `${name}x`)];
  expect(shortened("overlay", [`lowerdir=${long.join(":")}`]).folder).toBe(`/${"ü".repeat(30)}`);
});

test("shortened() leaves what it cannot shorten to the kernel", () => {
  const apart = Array.from({ length: 500 }, (_, at) => `/${at}/folder`);
  const options = [`lowerdir=${apart.join(":")}`];
  expect(shortened("overlay", options)).toEqual({ folder: "/", text: options.join(",") });
  const other = [`data=${"x".repeat(5000)}`];
  expect(shortened("tmpfs", other).text).toBe(other[0] ?? "");
});
