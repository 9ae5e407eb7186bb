import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { native } from "../../native/native.ts";

const bind = 0x1000;
const detach = 2;

test.skipIf(process.getuid?.() !== 0)(
  "mount() binds a directory, and umount() takes it away (root only)",
  () => {
    const folder = mkdtempSync(`${tmpdir()}/wrun-mount-`);
    for (const name of ["from", "to"]) mkdirSync(`${folder}/${name}`);
    writeFileSync(`${folder}/from/file`, "");
    expect(native.mount(`${folder}/from`, `${folder}/to`, "", bind, "")).toBe(0);
    expect(existsSync(`${folder}/to/file`)).toBe(true);
    expect(native.umount(`${folder}/to`, detach)).toBe(0);
    expect(existsSync(`${folder}/to/file`)).toBe(false);
    expect(native.umount(`${folder}/to`, detach)).toBe(-22);
    rmSync(folder, { recursive: true });
  },
);

test("mount() refuses a text with a NUL, and what no kernel has", () => {
  expect(native.mount("none", "/\0", "", 0, "")).toBe(-22);
  expect(native.mount("a\0b", "/nowhere", "", 0, "")).toBe(-22);
  expect(native.mount("none", "/wrun-nowhere", "tmpfs", 0, "")).toBeLessThan(0);
});
