import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture, writeBundle } from "../../bundle.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";

const work = temporaryDirectory();
const compiler = ["cc", "gcc", "clang"].find((name) => Bun.which(name) !== null) ?? "cc";
const source = new URL("without-openat2.c", import.meta.url).pathname;
const canMount = run(["unshare", "--mount", "true"]).code === 0;
const ENOSYS = 38;
const noEntry = "No such file or directory";

// statx tells the mount of a file since Linux 5.8. Without it, the C library asks fstatat, which does not.
const kernels: Readonly<Record<string, string | undefined>> = {
  "this kernel": undefined,
  "a kernel without openat2": "SYS_openat2",
  "a kernel without mount ids": "SYS_statx",
};

function launcherFor(refused: string | undefined): readonly string[] | undefined {
  if (refused === undefined) return [];
  const launcher = join(work, refused);
  const { code } = run([compiler, "-O1", `-DREFUSED=${refused}`, "-o", launcher, source]);
  return code === 0 ? [launcher, String(ENOSYS)] : undefined;
}

function makeTree(): string {
  const root = mkdtempSync(join(work, "tree-"));
  for (const name of ["data/secret", "data/fixed", "bound", "engine"])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ["data/secret/key", "data/fixed/name", "data/name"])
    writeFileSync(join(root, name), `${name}\n`);
  return root;
}

for (const [kernel, refused] of Object.entries(kernels)) {
  const launcher = launcherFor(refused);
  const isPossible = canMount && launcher !== undefined && hasFixture("toolbox");

  describe.skipIf(!isPossible)(`where directories are mounted twice, on ${kernel},`, () => {
    test("what is hidden or read-only in one is so in the other", () => {
      const root = makeTree();
      const grant = ["--dir", `${root}::/`, "--hide", "/data/secret", "--readonly", "/data/fixed"];
      const guest = [wrun, "wasm", ...grant, fixture("toolbox")];
      const script = 'mount --bind "$0/data" "$0/bound" && exec "$@"';
      const paths = ["/bound/secret", "/bound/secret/key", "/data/secret/key"];
      const words = [
        ...paths.flatMap((path) => ["ls", path, ",", "cat", path, ",", "write", path, "x", ","]),
        ..."write /bound/secret/new x , mkdir /bound/fixed/new , write /bound/fixed/name x ,".split(" "),
        ..."write /bound/fixed/new x , cat /bound/fixed/name , ls /bound , cat /bound/name".split(" "),
      ];
      const command = ["unshare", "--mount", "sh", "-c", script, root, ...(launcher ?? []), ...guest];
      const { stdout, stderr } = run([...command, ...words]);
      expect(stderr).toBe("");
      expect(stdout.split("\n")).toEqual([
        ...paths.flatMap((path) => [1, 2, 3].map(() => `${path}: ${noEntry}`)),
        `/bound/secret/new: ${noEntry}`,
        "/bound/fixed/new: Read-only file system",
        "/bound/fixed/name: Read-only file system",
        "/bound/fixed/new: Read-only file system",
        "data/fixed/name",
        "fixed name",
        "data/name",
        "",
      ]);
      expect(existsSync(join(root, "data/secret/new"))).toBe(false);
      expect(readFileSync(join(root, "data/fixed/name"), "utf8")).toBe("data/fixed/name\n");
    });

    test("a hidden mount is hidden with what is mounted in it", () => {
      const root = makeTree();
      const grant = ["--dir", `${root}::/`, "--hide", "/bound"];
      const guest = [wrun, "wasm", ...grant, fixture("toolbox")];
      const mounts = 'mount --bind "$0/data" "$0/bound" && mount -t tmpfs tmpfs "$0/bound/secret"';
      const command = ["unshare", "--mount", "sh", "-c", `${mounts} && exec "$@"`, root];
      const paths = ["/bound", "/bound/secret", "/bound/name", "/bound/new"];
      const words = paths.flatMap((path) => ["cat", path, ",", "write", path, "x", ","]);
      const { stdout } = run([...command, ...(launcher ?? []), ...guest, ...words, "ls", "/"]);
      expect(stdout.split("\n")).toEqual([
        ...paths.flatMap((path) => [`${path}: ${noEntry}`, `${path}: ${noEntry}`]),
        // Without mount ids it cannot be told from the directory that it is from.
        refused === "SYS_statx" ? "engine" : "data engine",
        "",
      ]);
    });

    test("the embedded sandbox hides what its bundle masks under each of its mounts", () => {
      const root = makeTree();
      const mount = (destination: string, options: readonly string[] = ["bind"]): object => ({
        destination,
        type: "bind",
        source: join(root, "data"),
        options,
      });
      const words = ["/a", "/b"].flatMap((path) => [
        ...`cat ${path}/secret/key , ls ${path}/secret , ls ${path} ,`.split(" "),
        ...`write ${path}/fixed/name x , rename ${path}/fixed ${path}/z ,`.split(" "),
      ]);
      const bundle = writeBundle(join(root, "bundle"), {
        guest: "toolbox",
        process: { args: ["/app.wasm", ...words, "echo", "end"] },
        config: {
          mounts: [mount("/a"), mount("/b")],
          linux: { maskedPaths: ["/a/secret"], readonlyPaths: ["/b/fixed"] },
        },
      });
      mkdirSync(join(bundle, "rootfs/a"));
      mkdirSync(join(bundle, "rootfs/b"));
      const verb = ["--root", join(root, "state"), "--sandbox", "embedded", "run", "--bundle", bundle];
      const { stdout, stderr } = run([...(launcher ?? []), wrun, ...verb, `masked-${process.pid}`]);
      expect(stderr).toBe("");
      expect(stdout.split("\n")).toEqual([
        ...["/a", "/b"].flatMap((path) => [
          `${path}/secret/key: ${noEntry}`,
          `${path}/secret: ${noEntry}`,
          "fixed name",
          `${path}/fixed/name: Read-only file system`,
          expect.stringMatching(/^\/[ab]\/z: (Resource busy|Read-only file system)$/),
        ]),
        "end",
        "",
      ]);
    });
  });
}
