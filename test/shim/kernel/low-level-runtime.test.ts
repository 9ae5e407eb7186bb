import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { parseKernelConfig } from "../../../shim/kernel/config-file.ts";
import { findLowLevelRuntime } from "../../../shim/kernel/low-level-runtime.ts";
import { executable, run, temporaryDirectory, wrun } from "../../wrun.ts";

function folderWith(...names: readonly string[]): string {
  const folder = temporaryDirectory();
  for (const name of names) {
    writeFileSync(`${folder}/${name}`, "#!/bin/sh\n");
    chmodSync(`${folder}/${name}`, 0o755);
  }
  return folder;
}

function withPath<T>(path: string, act: () => T): T {
  const before = process.env["PATH"];
  process.env["PATH"] = path;
  try {
    return act();
  } finally {
    process.env["PATH"] = before;
  }
}

test("findLowLevelRuntime() prefers crun anywhere on PATH to runc", () => {
  const [first, second] = [folderWith("runc"), folderWith("crun", "runc")];
  expect(withPath(`${first}:${second}`, () => findLowLevelRuntime(undefined))).toBe(`${second}/crun`);
  expect(withPath(first, () => findLowLevelRuntime(undefined))).toBe(`${first}/runc`);
});

test("findLowLevelRuntime() never takes wrun itself, nor what cannot be executed", () => {
  const [first, second] = [folderWith(), folderWith("runc")];
  symlinkSync(process.execPath, `${first}/crun`);
  writeFileSync(`${second}/crun`, "");
  expect(withPath(`${first}:${second}`, () => findLowLevelRuntime(undefined))).toBe(`${second}/runc`);
  expect(() => findLowLevelRuntime(`${first}/crun`)).toThrow("is wrun itself");
  expect(() => findLowLevelRuntime(`${second}/crun`)).toThrow("cannot be executed");
  expect(() => findLowLevelRuntime(`${first}/none`)).toThrow("does not exist");
});

test("findLowLevelRuntime() never takes the launcher that started it", () => {
  const folder = temporaryDirectory();
  symlinkSync(executable.replace(/wrun$/, "launch"), `${folder}/crun`);
  const ended = run([wrun, "--sandbox", "kernel", "list"], { env: { PATH: folder } });
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toContain("no low-level runtime");
});

test("findLowLevelRuntime() says what to install where there is none", () => {
  expect(() => withPath(folderWith(), () => findLowLevelRuntime(undefined))).toThrow(
    /install crun or runc.*--sandbox embedded/,
  );
});

test("parseKernelConfig() reads the runtime, comments and blank lines", () => {
  expect(parseKernelConfig('# ours\n\nruntime = "/opt/crun" # here\n')).toEqual({ runtime: "/opt/crun" });
  expect(parseKernelConfig("runtime='/opt/crun'")).toEqual({ runtime: "/opt/crun" });
  expect(parseKernelConfig("# ours\r\nruntime = '/opt/crun' # here\r\n")).toEqual({ runtime: "/opt/crun" });
  expect(parseKernelConfig("")).toEqual({});
});

for (const text of ["runtime = /opt/crun", "other = 'x'", "[table]", 'runtime = "a" b']) {
  test(`parseKernelConfig() names the line that is no setting: ${text}`, () => {
    expect(() => parseKernelConfig(`# one\n${text}`)).toThrow("line 2");
  });
}
