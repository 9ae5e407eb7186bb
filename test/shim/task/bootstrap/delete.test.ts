import { expect, test } from "bun:test";
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { native } from "../../../../native/native.ts";
import { containerd } from "../../../../proto/gen/task.js";
import { temporaryDirectory } from "../../../wrun.ts";
import { shimIn } from "./started-shim.ts";

const folder = temporaryDirectory();
const shim = shimIn(folder);
const binaryName = new URL("../fake-runtime.sh", import.meta.url).pathname;
const root = `${folder}/state`;
mkdirSync(`${root}/test`, { recursive: true });
let count = 0;

function bundleOf(files: Readonly<Record<string, string>>): string {
  const bundle = `${folder}/bundle-${++count}`;
  mkdirSync(`${bundle}/rootfs`, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(`${bundle}/${name}`, text);
  return bundle;
}

const options = JSON.stringify({ binaryName, root });

function remove(cwd: string, flags: readonly string[] = ["-namespace", "test", "-id", "a"]) {
  const env = { PATH: process.env["PATH"] ?? "" };
  const ended = Bun.spawnSync([shim, ...flags, "delete"], { cwd, env, stdin: "ignore", timeout: 50_000 });
  const stderr = ended.stderr.toString();
  if (ended.exitCode !== 0) return { code: ended.exitCode, stderr, printed: ended.stdout.length };
  const { pid, exitStatus, exitedAt } = containerd.task.v3.DeleteResponse.decode(ended.stdout);
  return { code: 0, stderr, pid, exitStatus, seconds: Number(exitedAt?.seconds) };
}

test("delete kills what is left, and tells its pid, SIGKILL's status and the time", () => {
  const child = Bun.spawn(["sleep", "1000"]);
  mkdirSync(`${root}/test/a`);
  writeFileSync(`${root}/test/a/pid`, `${child.pid}`);
  const before = Math.floor(Date.now() / 1000);
  const { seconds, ...told } = remove(bundleOf({ "options.json": options, "init.pid": `${child.pid}` }));
  expect(told).toEqual({ code: 0, stderr: "", pid: child.pid, exitStatus: 137 });
  expect(seconds).toBeGreaterThanOrEqual(before);
  expect(existsSync(`${root}/test/a`)).toBe(false);
  expect(readFileSync(`${root}/test/calls`, "utf8")).toBe("delete --force a\n");
});

test("delete of what is gone, or was never made, is none the less an answer", () => {
  for (const files of [{ "options.json": options, "init.pid": "no number" }, { "options.json": options }])
    expect(remove(bundleOf(files))).toMatchObject({ code: 0, stderr: "", pid: 0, exitStatus: 137 });
});

test("delete does what it can where the runtime fails, or is not there any more, and says so", () => {
  writeFileSync(`${root}/test/fail-delete`, "device or resource busy");
  const socket = `${folder}/dead-${++count}`;
  native.close(native.listen(1, socket, 0, 1));
  const busy = remove(bundleOf({ "options.json": options, "init.pid": "77", address: `unix://${socket}\n` }));
  expect(busy).toMatchObject({ code: 0, pid: 77, exitStatus: 137 });
  expect(busy.stderr).toMatch(
    /level=warning msg=".*delete failed: device or resource busy" namespace=test container=a\n$/,
  );
  expect(existsSync(socket)).toBe(false);
  const missing = JSON.stringify({ binaryName: "/no/such/runtime", root });
  const lost = remove(bundleOf({ "options.json": missing, "init.pid": "77" }));
  expect(lost).toMatchObject({ code: 0, pid: 77, exitStatus: 137 });
  expect(lost.stderr).toContain("/no/such/runtime does not exist");
});

test("delete writes every byte of what it says", () => {
  const name = "/keine/lösung/東京";
  const { stderr } = remove(bundleOf({ "options.json": JSON.stringify({ binaryName: name, root }) }));
  expect(stderr).toContain(name);
  expect(stderr.endsWith("container=a\n")).toBe(true);
});

test("delete takes away a dead shim's socket, and leaves one that lives, or that is no path", () => {
  const [dead, served] = [`${folder}/dead-${++count}`, `${folder}/served-${++count}`];
  native.close(native.listen(1, dead, 0, 1));
  const fd = native.listen(1, served, 0, 4);
  for (const address of [`unix://${dead}`, served, "relative", "", "http://x"])
    expect(remove(bundleOf({ "options.json": options, address })).code).toBe(0);
  expect([existsSync(dead), existsSync(served)]).toEqual([false, true]);
  native.close(fd);
});

test.skipIf(process.getuid?.() !== 0)(
  "delete takes away what is mounted in the bundle's rootfs, runtime or not",
  () => {
    const bundle = bundleOf({ "options.json": JSON.stringify({ binaryName: "/no/such", root }) });
    native.mount("tmpfs", `${bundle}/rootfs`, "tmpfs", 0, "");
    mkdirSync(`${bundle}/rootfs/inner`);
    native.mount("tmpfs", `${bundle}/rootfs/inner`, "tmpfs", 0, "");
    expect(remove(bundle).code).toBe(0);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(bundle);
  },
);

test("delete refuses names that could lead elsewhere", () => {
  for (const flags of [
    ["-namespace", "test", "-id", "../a"],
    ["-namespace", "a/b", "-id", "a"],
    ["-id", "a"],
    ["-namespace", "test"],
  ]) {
    const ended = remove(bundleOf({ "options.json": options }), flags);
    expect(ended).toMatchObject({ code: 1, printed: 0 });
    expect(ended.stderr).toContain("-id or -namespace");
  }
});

test("delete takes no file away that an address names and that is no socket", () => {
  const victim = `${folder}/victim-${++count}`;
  writeFileSync(victim, "kept");
  const told = remove(bundleOf({ "options.json": options, address: `unix://${victim}` }));
  expect(told.code).toBe(0);
  expect(told.stderr).toContain(`${victim} is no socket`);
  expect(readFileSync(victim, "utf8")).toBe("kept");
});

test("delete believes no link and no FIFO of a bundle, and none holds it up", () => {
  const socket = `${folder}/dead-${++count}`;
  native.close(native.listen(1, socket, 0, 1));
  const bundle = bundleOf({ elsewhere: `unix://${socket}` });
  symlinkSync("elsewhere", `${bundle}/address`);
  for (const name of ["options.json", "init.pid"]) native.mkfifoat(-100, `${bundle}/${name}`, 0o600);
  const told = remove(bundle);
  expect(told).toMatchObject({ code: 0, pid: 0, exitStatus: 137 });
  for (const text of [
    "init.pid: it is a FIFO",
    "options.json: it is a FIFO",
    "address: it is a symbolic link",
  ])
    expect(told.stderr).toContain(text);
  expect(existsSync(socket)).toBe(true);
});

test.skipIf(process.getuid?.() !== 0)("delete does nothing that another user's file in a bundle says", () => {
  const socket = `${folder}/dead-${++count}`;
  native.close(native.listen(1, socket, 0, 1));
  const proof = `${folder}/ran-${++count}`;
  const program = `${folder}/program-${count}`;
  writeFileSync(program, `#!/bin/sh\n: > ${proof}\n`, { mode: 0o755 });
  const files = {
    "options.json": JSON.stringify({ binaryName: program, root }),
    "init.pid": "77",
    address: `unix://${socket}`,
  };
  const bundle = bundleOf(files);
  for (const name of Object.keys(files)) chownSync(`${bundle}/${name}`, 4321, 4321);
  const told = remove(bundle);
  expect(told).toMatchObject({ code: 0, pid: 0 });
  expect(told.stderr).toContain("options.json: it belongs to user 4321, not to user 0");
  expect([existsSync(socket), existsSync(proof)]).toEqual([true, false]);
});
