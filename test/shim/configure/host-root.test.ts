import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { HostRoot } from "../../../shim/configure/host-root.ts";
import { temporaryDirectory } from "../../wrun.ts";

const modeOf = (path: string) => lstatSync(path).mode & 0o7777;

test("write() makes the folders on the way, and files that everybody can read", () => {
  const root = temporaryDirectory();
  const before = process.umask(0o077);
  try {
    new HostRoot(root).write("/etc/a/b.conf", "text\n");
  } finally {
    process.umask(before);
  }
  expect(readFileSync(`${root}/etc/a/b.conf`, "utf8")).toBe("text\n");
  expect([modeOf(`${root}/etc`), modeOf(`${root}/etc/a`), modeOf(`${root}/etc/a/b.conf`)]).toEqual([
    0o755, 0o755, 0o644,
  ]);
  expect(readdirSync(`${root}/etc/a`)).toEqual(["b.conf"]);
});

test("write() leaves the mode of a file that is there", () => {
  const root = temporaryDirectory();
  writeFileSync(`${root}/b.conf`, "old");
  chmodSync(`${root}/b.conf`, 0o640);
  new HostRoot(root).write("/b.conf", "new");
  expect([readFileSync(`${root}/b.conf`, "utf8"), modeOf(`${root}/b.conf`)]).toEqual(["new", 0o640]);
});

test("links on the way are followed as the host would follow them, and never out of its root", () => {
  const [root, outside] = [temporaryDirectory(), temporaryDirectory()];
  mkdirSync(`${root}/usr/etc`, { recursive: true });
  symlinkSync("/usr/etc", `${root}/etc`);
  symlinkSync(outside, `${root}/absolute`);
  symlinkSync("../../../../../../../../usr", `${root}/relative`);
  const host = new HostRoot(root);
  host.write("/etc/a.conf", "a");
  host.write("/relative/b.conf", "b");
  expect(readdirSync(`${root}/usr`).toSorted()).toEqual(["b.conf", "etc"]);
  expect(readdirSync(`${root}/usr/etc`)).toEqual(["a.conf"]);
  expect(() => host.write("/absolute/c.conf", "c")).toThrow();
  writeFileSync(`${outside}/secret`, "secret");
  expect(host.read("/absolute/secret")).toBeUndefined();
  expect(host.exists("/absolute/secret")).toBe(false);
  expect(readdirSync(outside)).toEqual(["secret"]);
});

test("write() refuses to replace a link, whatever it points to", () => {
  const root = temporaryDirectory();
  writeFileSync(`${root}/real`, "real");
  symlinkSync("real", `${root}/link`);
  expect(() => new HostRoot(root).write("/link", "new")).toThrow(/is a link/);
  expect(readFileSync(`${root}/real`, "utf8")).toBe("real");
  expect(readdirSync(root).toSorted()).toEqual(["link", "real"]);
});

test("what is not there reads as nothing, and what is no text is an error", () => {
  const root = temporaryDirectory();
  const host = new HostRoot(root);
  writeFileSync(`${root}/file`, "");
  expect([host.read("/none"), host.read("/file/none"), host.names("/none")]).toEqual([
    undefined,
    undefined,
    [],
  ]);
  writeFileSync(`${root}/latin1`, Uint8Array.of(0x61, 0xe9));
  expect(() => host.read("/latin1")).toThrow(/is not UTF-8/);
  host.remove("/file");
  host.remove("/file");
  expect(existsSync(`${root}/file`)).toBe(false);
});
