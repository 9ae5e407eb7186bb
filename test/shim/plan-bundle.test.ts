import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { planBundle } from "../../shim/plan-bundle.ts";
import { run, temporaryDirectory, wrun } from "../wrun.ts";

const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

function bundleOf(config: object | string): string {
  const bundle = temporaryDirectory();
  mkdirSync(join(bundle, "rootfs"));
  writeFileSync(join(bundle, "rootfs/app.wasm"), wasm);
  writeFileSync(join(bundle, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  return bundle;
}

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const config = {
  ociVersion: "1.0.2",
  process: { args: ["app.wasm"], cwd: "/", user },
  root: { path: "rootfs" },
};

test("planBundle() plans a bundle on disk for either sandbox", () => {
  const bundle = bundleOf(config);
  for (const sandbox of ["embedded", "kernel"] as const) {
    const plan = planBundle({ bundle, sandbox, scratch: "/nowhere" });
    expect(plan.kind === "wasm" ? [plan.grant.module, plan.rootfs] : plan).toEqual([
      "/app.wasm",
      join(bundle, "rootfs"),
    ]);
  }
});

test("planBundle() grants what it has looked at: directories and files", () => {
  const bundle = bundleOf({
    ...config,
    mounts: [
      { destination: "/dir", type: "bind", source: "rootfs", options: ["ro"] },
      { destination: "/file", type: "bind", source: "config.json" },
      { destination: "/null", type: "bind", source: "/dev/null" },
      { destination: "/tmp", type: "tmpfs", source: "tmpfs" },
    ],
  });
  const plan = planBundle({ bundle, sandbox: "embedded", scratch: "/run/c/scratch" });
  expect(plan.kind === "wasm" ? plan.grant.preopens : plan).toEqual([
    { kind: "directory", host: join(bundle, "rootfs"), guest: "/", access: "read-write" },
    { kind: "directory", host: join(bundle, "rootfs"), guest: "/dir", access: "read-only" },
    { kind: "file", host: join(bundle, "config.json"), guest: "/file", access: "read-write" },
    { kind: "directory", host: "/run/c/scratch/0", guest: "/tmp", access: "read-write" },
    ...["full", "null", "random", "tty", "urandom", "zero"].map((name) => {
      return { kind: "file", host: `/dev/${name}`, guest: `/dev/${name}`, access: "read-write" } as const;
    }),
  ]);
  expect(plan.kind === "wasm" ? [plan.grant.hidden, plan.scratch] : plan).toEqual([
    ["/null", "/dev/core", "/dev/ptmx", "/dev/shm"],
    ["/run/c/scratch/0"],
  ]);
});

test("planBundle() names what is missing", () => {
  const plan = (bundle: string): unknown => planBundle({ bundle, sandbox: "embedded", scratch: "/nowhere" });
  const empty = temporaryDirectory();
  expect(() => plan(empty)).toThrow(
    `cannot read the bundle: ${empty}/config.json: no such file or directory`,
  );
  expect(() => plan(join(empty, "gone"))).toThrow(`${empty}/gone: no such file or directory`);
  expect(() => plan(bundleOf("{"))).toThrow("Cannot read config.json: broken JSON at line 1, column 2");
});

test("planBundle() refuses a config.json without an end", () => {
  const bundle = temporaryDirectory();
  const link = join(bundle, "config.json");
  writeFileSync(link, new Uint8Array(17 * 2 ** 20).fill(0x20));
  expect(() => planBundle({ bundle, sandbox: "embedded", scratch: "/nowhere" })).toThrow("over 16 MiB");
});

test("planBundle() reads config.json through a symlink, as crun and runc do, but no FIFO and no device", () => {
  const spec = { ociVersion: "1.0.2", root: { path: "rootfs" }, process: { args: ["/none"], cwd: "/" } };
  const shared = bundleOf(JSON.stringify(spec));
  const bundle = temporaryDirectory();
  symlinkSync(join(shared, "config.json"), join(bundle, "config.json"));
  expect(planBundle({ bundle, sandbox: "kernel", scratch: "/nowhere" }).workload.rule).toBe("not-found");
  // Another process may block without an end.
  for (const [kind, make] of [
    ["a FIFO", ["mkfifo"]],
    ["a device", ["ln", "-s", "/dev/zero"]],
  ] as const) {
    rmSync(join(bundle, "config.json"));
    expect(run([...make, join(bundle, "config.json")]).code).toBe(0);
    const { code, stderr } = run([wrun, "plan", "--bundle", bundle]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${bundle}/config.json: it is ${kind}`)]);
  }
});
