import { expect, test } from "bun:test";
import { containerd, runtimeoptions } from "../../../proto/gen/options.js";
import { noOptions, optionsFromJson, optionsFromToml } from "../../../shim/task/options.ts";
import { stateRootOf } from "../../../shim/task/state-root-of.ts";
import { shimLog } from "../../../shim/task/shim-log.ts";
import { readOptions } from "../../../shim/transport/options.ts";

const all = {
  binaryName: "/usr/bin/runc",
  root: "/run/other",
  systemdCgroup: true,
  noPivotRoot: true,
  noNewKeyring: true,
  ioUid: 1000,
  ioGid: 1001,
  shimCgroup: "/shims",
};

function read(type_url: string, value: Uint8Array) {
  const warnings: string[] = [];
  return [readOptions({ type_url, value }, { warning: (text) => warnings.push(text) }), warnings] as const;
}

const runc = containerd.runc.v1.Options.encode(all).finish();
const cri = (body: string, path = "") =>
  runtimeoptions.v1.Options.encode({ configBody: Buffer.from(body), configPath: path }).finish();

test("readOptions() reads runc's own, whatever stands before the type's name", () => {
  for (const url of ["containerd.runc.v1.Options", "type.googleapis.com/containerd.runc.v1.Options"])
    expect(read(url, runc)).toEqual([all, []]);
  expect(read("containerd.runc.v1.Options", new Uint8Array())).toEqual([noOptions, []]);
});

test("readOptions() reads the TOML that containerd's CRI hands on, under both of its names", () => {
  const body = `
BinaryName = "/usr/bin/runc"
IoGid = 1001
IoUid = 1000 # of the namespace
NoNewKeyring = true
NoPivotRoot = true
Root = '/run/other'
ShimCgroup = "/shims"
SystemdCgroup = true\r
CriuPath = "passed over"
`;
  for (const url of ["runtimeoptions.v1.Options", "cri.runtimeoptions.v1.Options"])
    expect(read(url, cri(body))).toEqual([all, []]);
});

test("readOptions() passes over what it does not know, with a word in the log", () => {
  expect(read("", runc)).toEqual([noOptions, []]);
  expect(read("example.com/Other\n", runc)).toEqual([
    noOptions,
    ["options of the type Other\\u000a are not known: they are passed over"],
  ]);
  expect(read("runtimeoptions.v1.Options", cri("", "/etc/other.toml"))).toEqual([
    noOptions,
    ["ConfigPath /etc/other.toml is not read"],
  ]);
});

test("readOptions() refuses bytes that are no message", () => {
  for (const url of ["containerd.runc.v1.Options", "runtimeoptions.v1.Options"])
    expect(() => read(url, Uint8Array.of(0x0a, 0xff))).toThrow("malformed message");
});

test("optionsFromToml() takes what is no option for none", () => {
  for (const text of [
    "",
    "BinaryName",
    "BinaryName = 7",
    'Root = "a\\tb"',
    'SystemdCgroup = "yes"',
    "NoPivotRoot = truely",
    "IoUid = -1",
    "IoUid = 4294967295",
    "IoUid = 99999999999999999999",
    "[inner]\nShimCgroup = '/not/ours'",
  ])
    expect({ ...optionsFromToml(text), binaryName: "" }).toEqual(noOptions);
});

test("optionsFromJson() reads what was kept, and runc's own file", () => {
  expect(optionsFromJson(JSON.stringify(all))).toEqual(all);
  const names = {
    binary_name: all.binaryName,
    root: all.root,
    systemd_cgroup: true,
    no_pivot_root: true,
    no_new_keyring: true,
    io_uid: 1000,
    io_gid: 1001,
    shim_cgroup: all.shimCgroup,
  };
  expect(optionsFromJson(JSON.stringify(names))).toEqual(all);
  for (const text of ["", "{", "7", "null", "[]", '{"root":7,"systemdCgroup":"yes","ioUid":"0","ioGid":1.5}'])
    expect(optionsFromJson(text)).toEqual(noOptions);
});

test("stateRootOf() gives each namespace a folder of its own, and follows no relative root", () => {
  const lines: string[] = [];
  const log = shimLog((line) => lines.push(line), { fields: {}, level: "info" });
  const rootOf = (root: string) => stateRootOf({ ...noOptions, root }, { namespace: "k8s.io", log });
  expect(rootOf("")).toBe("/run/wrun/containerd/k8s.io");
  expect(rootOf("/run/other//")).toBe("/run/other/k8s.io");
  expect(lines).toEqual([]);
  for (const relative of ["rootfs", "./rootfs", "../x"])
    expect(rootOf(relative)).toBe("/run/wrun/containerd/k8s.io");
  expect(lines.length).toBe(3);
  expect(lines[0]).toContain("the root rootfs is not absolute");
});
