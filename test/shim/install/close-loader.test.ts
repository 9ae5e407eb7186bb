import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { closeLoader } from "../../../shim/install/close-loader.ts";
import { findRuntimeFiles, mappedFiles } from "../../../shim/install/runtime-files.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const { loader, libraries } = findRuntimeFiles();

test("the closed loader runs a program with the libraries that it is given", () => {
  const folder = closedFolder();
  for (const [name, path] of libraries) cpSync(path, `${folder}/${name}`, { dereference: true });
  expect(run(start(folder, folder))).toMatchObject({ code: 0, stdout: "" });
});

test("the closed loader finds no library in the system's folders, where the open one does", () => {
  const folder = closedFolder();
  expect(run([loader, "--inhibit-cache", "--library-path", "/nowhere", "/bin/true"]).code).toBe(0);
  const ended = run(start(folder, "/nowhere"));
  expect(ended.code).toBe(127);
  expect(ended.stderr).toContain("error while loading shared libraries");
});

test("the closed loader has no path of a preload file or a cache left in it", () => {
  const closed = Buffer.from(closeLoader(readFileSync(loader))).toString("latin1");
  expect(closed).not.toContain("/etc/ld.so.preload\0");
  expect(closed).not.toContain("/etc/ld.so.cache\0");
});

test("closeLoader() refuses what is no loader that it knows", () => {
  expect(() => closeLoader(new TextEncoder().encode("\x7fELF of another kind"))).toThrow("dynamic loader");
});

test("mappedFiles() tells each file once, with spaces in its name and without what is no file", () => {
  const maps = [
    "7f00-7f01 r--p 00000000 fd:00 123                        /opt/my lib/libc.so.6",
    "7f01-7f02 r-xp 00001000 fd:00 123                        /opt/my lib/libc.so.6",
    "7f02-7f03 rw-p 00000000 00:00 0                          [heap]",
    "7f03-7f04 rw-p 00000000 00:00 0 ",
    "",
  ];
  expect(mappedFiles(maps.join("\n"))).toEqual(["/opt/my lib/libc.so.6"]);
});

function closedFolder(): string {
  const folder = temporaryDirectory();
  writeFileSync(`${folder}/ld.so`, closeLoader(readFileSync(loader)));
  chmodSync(`${folder}/ld.so`, 0o755);
  return folder;
}

function start(folder: string, libraryPath: string): string[] {
  return [`${folder}/ld.so`, "--inhibit-cache", "--library-path", libraryPath, "/bin/true"];
}
