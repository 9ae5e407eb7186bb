import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { makeMountPoint, standsAt } from "../../../shim/host/mount-points.ts";
import { mountsIn } from "../../../shim/host/mounts-in.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

function rootfs(): string {
  const root = `${temporaryDirectory()}/rootfs`;
  mkdirSync(`${root}/etc`, { recursive: true });
  writeFileSync(`${root}/etc/passwd`, "x");
  symlinkSync("etc", `${root}/link`);
  symlinkSync("/tmp", `${root}/out`);
  return root;
}

// A command that imports one of our files and looks at it.
function snippet(file: string, source: string): string[] {
  const path = new URL(`../../../${file}`, import.meta.url).pathname;
  return [process.execPath, "-e", `const module = await import(${JSON.stringify(path)});\n${source}`];
}

const field = "mounts[0].destination";

test("standsAt() says what is there, how much of the way, and follows no symlink", () => {
  const root = rootfs();
  expect(run(["mkfifo", `${root}/pipe`]).code).toBe(0);
  expect(standsAt(root, "etc")).toEqual({ kind: "directory" });
  expect(standsAt(root, "etc/passwd")).toEqual({ kind: "file" });
  expect(standsAt(root, "pipe")).toEqual({ kind: "special" });
  expect(standsAt(root, "link")).toEqual({ kind: "special" });
  expect(standsAt(root, "a/b")).toEqual({ kind: "missing", existing: 0, creatable: true });
  expect(standsAt(root, "etc/a/b")).toEqual({ kind: "missing", existing: 1, creatable: true });
  for (const path of ["etc/passwd/a", "link/passwd", "out/a", "pipe/a"])
    expect(standsAt(root, path)).toEqual({ kind: "blocked" });
  const missing = { kind: "missing", existing: 0, creatable: false } as const;
  expect(standsAt(root, "x".repeat(300))).toEqual(missing);
  expect(standsAt(`${root}/none`, "a")).toEqual(missing);
});

test("standsAt() knows where the caller can make nothing", () => {
  const root = rootfs();
  chmodSync(root, 0o555);
  const script = snippet(
    "shim/host/mount-points.ts",
    `console.log(module.standsAt(${JSON.stringify(root)}, "a").creatable)`,
  );
  if (process.getuid?.() !== 0) return expect(run(script).stdout).toBe("false\n");
  const mounted = `mount -t tmpfs tmpfs "$0" && mount -o remount,ro "$0" && exec "$@"`;
  const readOnly = ["unshare", "--mount", "sh", "-c", mounted, root, ...script];
  return expect(run(readOnly)).toMatchObject({ stdout: "false\n", stderr: "" });
});

test("makeMountPoint() makes directories and files with the usual modes, and leaves what is there", () => {
  const root = rootfs();
  const before = process.umask(0o077);
  makeMountPoint({ above: root, path: "a/b/c", kind: "directory", field });
  makeMountPoint({ above: root, path: "a/b/d/file", kind: "file", field });
  expect(process.umask(before)).toBe(0o077);
  const mode = (path: string): string => (statSync(`${root}/${path}`).mode & 0o7777).toString(8);
  expect(["a", "a/b", "a/b/c", "a/b/d", "a/b/d/file"].map(mode)).toEqual(["755", "755", "755", "755", "644"]);
  makeMountPoint({ above: root, path: "a/b/c", kind: "directory", field });
  makeMountPoint({ above: root, path: "etc/passwd", kind: "file", field });
  expect(statSync(`${root}/etc/passwd`).size).toBe(1);
});

test("makeMountPoint() makes nothing through a symlink, and names the field", () => {
  const root = rootfs();
  const outside = temporaryDirectory();
  symlinkSync(outside, `${root}/away`);
  symlinkSync(`${outside}/file`, `${root}/dangling`);
  const message = (path: string, kind: "directory" | "file"): string => {
    try {
      makeMountPoint({ above: root, path, kind, field });
      return "made";
    } catch (error) {
      return String(error);
    }
  };
  expect(message("away/a", "directory")).toEndWith(
    `cannot create, for ${field}, ${root}/away/a: Not a directory`,
  );
  expect(message("away", "directory")).toEndWith(`${root}/away: Not a directory`);
  expect(message("away/a", "file")).toEndWith(`${root}/away/a: Not a directory`);
  expect(message("dangling", "file")).toEndWith(`${root}/dangling: File exists`);
  expect(message("etc", "file")).toEndWith(`${root}/etc: File exists`);
  expect(message("etc/passwd", "directory")).toEndWith(`${root}/etc/passwd: Not a directory`);
  expect(readdirSync(outside)).toEqual([]);
});

// Another process makes `d` a directory, nothing, and a symlink that leads away, until it is ended.
const swapper = `
  const { mkdirSync, rmSync, symlinkSync } = require("node:fs");
  const [d, outside] = process.argv.slice(1);
  process.stdout.write("swapping");
  for (;;) for (const put of [() => mkdirSync(d), () => symlinkSync(outside, d)]) {
    rmSync(d, { recursive: true, force: true });
    try { put(); } catch {}
  }
`;

test("makeMountPoint() stays in the root file system while others put symlinks in its way", async () => {
  const root = rootfs();
  const outside = temporaryDirectory();
  const child = Bun.spawn([process.execPath, "-e", swapper, `${root}/d`, outside], { stdout: "pipe" });
  await child.stdout.getReader().read();
  const rounds = { made: 0, refused: 0 };
  while (rounds.made < 200 || rounds.refused < 200) {
    try {
      makeMountPoint({ above: root, path: "d/a/b", kind: "directory", field });
      makeMountPoint({ above: root, path: "d/file", kind: "file", field });
      rounds.made++;
    } catch {
      rounds.refused++;
    }
  }
  child.kill("SIGKILL");
  await child.exited;
  expect(readdirSync(outside)).toEqual([]);
});

test("mountsIn() lists what is mounted beneath a directory, by the path that it has in truth", () => {
  if (process.getuid?.() !== 0) return;
  const top = temporaryDirectory();
  mkdirSync(`${top}/real/a b/c`, { recursive: true });
  mkdirSync(`${top}/realistic`);
  symlinkSync("real", `${top}/link`);
  const mounted = `cd "$0" && mount -t tmpfs t "real/a b/c" && mount -t tmpfs t realistic && shift 0 && exec "$@"`;
  const script = snippet(
    "shim/host/mounts-in.ts",
    `console.log(JSON.stringify(module.mountsIn(${JSON.stringify(`${top}/link`)})))`,
  );
  const ended = run(["unshare", "--mount", "sh", "-c", mounted, top, ...script]);
  expect(ended).toMatchObject({ stdout: '["a b/c"]\n', stderr: "" });
  expect(mountsIn(top)).toEqual([]);
  expect(mountsIn(`${top}/none`)).toEqual([]);
});
