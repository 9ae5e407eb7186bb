import { renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { atFdcwd, native } from "../../../native/native.ts";
import { open } from "../../../shim/host/open-flags.ts";
import { readFlags, reopen } from "../../../shim/host/reopen.ts";
import { failed } from "../../native/scratch.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const folder = temporaryDirectory();

function read(fd: number): string {
  const bytes = new Uint8Array(16);
  return new TextDecoder().decode(bytes.subarray(0, native.read(fd, bytes.buffer, 0, 16)));
}

test("reopen() opens the file that was looked at, whatever has its name by now, or none", () => {
  const path = `${folder}/file`;
  writeFileSync(path, "first");
  const fd = native.openat(atFdcwd, path, open.path, 0);
  writeFileSync(`${path}.new`, "second");
  renameSync(`${path}.new`, path);
  const opened = reopen(fd, readFlags);
  expect(read(opened)).toBe("first");
  rmSync(path);
  const again = reopen(fd, readFlags);
  expect(read(again)).toBe("first");
  for (const each of [fd, opened, again]) native.close(each);
});

test("reopen() returns what the kernel says", () => {
  const fd = native.openat(atFdcwd, folder, open.path, 0);
  expect(reopen(fd, 1)).toBe(failed.isdir);
  native.close(fd);
});

// In a mount namespace of its own, where whoever set it up may have put anything at /proc.
const script = `
  import { readFlags, reopen } from ${JSON.stringify(new URL("../../../shim/host/reopen.ts", import.meta.url).pathname)};
  import { native } from ${JSON.stringify(new URL("../../../native/native.ts", import.meta.url).pathname)};
  const fd = native.openat(-100, process.argv[1], ${open.path}, 0);
  native.mount("tmpfs", "/proc", "tmpfs", 0, "");
  const tried = () => { try { return reopen(fd, readFlags); } catch (error) { return error.message; } };
  console.log(tried());
  for (const path of ["/proc/self", "/proc/self/fd"]) native.mkdirat(-100, path, 0o755);
  native.symlinkat(process.argv[2], -100, "/proc/self/fd/" + fd);
  console.log(tried());
`;

test.skipIf(process.getuid?.() !== 0)("reopen() believes no other file system at /proc", () => {
  writeFileSync(`${folder}/checked`, "");
  writeFileSync(`${folder}/other`, "");
  const ended = run([
    "unshare",
    "-m",
    process.execPath,
    "-e",
    script,
    `${folder}/checked`,
    `${folder}/other`,
  ]);
  const message = "/proc/self/fd does not lead to open files: mount proc(5) at /proc\n";
  expect([ended.stderr, ended.stdout]).toEqual(["", message + message]);
});
