import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { type Environment, lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

// How the engine has to find its way without system calls that old kernels and seccomp profiles lack.
const kernels: Readonly<Record<string, readonly string[]>> = {
  "this kernel": [],
  "a kernel without openat2": ["openat2"],
  "a kernel without openat2 and mount ids": ["openat2", "statx"],
};
const refused = /^(\S+: (No such file or directory|Resource busy|Device or resource busy)\n)*$/;

/** An image whose symlinks lead the low-level runtimes elsewhere with what they mount. */
interface Image {
  readonly links: Readonly<Record<string, string>>;
  readonly directories: readonly string[];
  /** Whether the bundle mounts a /dev. */
  readonly dev: boolean;
  /** Where the engine is mounted, by its names. */
  readonly engine: readonly string[];
  /** What else must not be there. */
  readonly hidden: readonly string[];
  /** What leads to it: symlinks and directories. */
  readonly way: readonly string[];
  readonly lists: Readonly<Record<string, string>>;
}

const images: Readonly<Record<string, Image>> = {
  "/dev is a symlink": {
    links: { "/dev": "a/b", "/queue": "/x/queue", "/mask": "m/../n" },
    directories: ["/a/b", "/proc", "/sys", "/x/queue", "/m", "/n/dir"],
    dev: true,
    engine: ["/dev/.wrun", "/a/b/.wrun"],
    hidden: ["shm", "pts", "core", "ptmx", "fd"]
      .map((name) => `/a/b/${name}`)
      .concat("/dev/shm", "/x/queue", "/queue", "/n", "/mask", "/proc", "/sys"),
    way: ["/dev", "/a", "/a/b", "/x"],
    lists: { "/": "a dev m toolbox.wasm x", "/a/b": "full null random tty urandom zero", "/x": "" },
  },
  "/.wrun is a symlink": {
    links: { "/.wrun": "data/link", "/data/link": "../srv/engine" },
    directories: ["/data", "/srv/engine", "/proc", "/dev"],
    dev: false,
    engine: ["/.wrun", "/data/link", "/srv/engine"],
    hidden: [],
    way: ["/.wrun", "/data", "/data/link", "/srv", "/srv/engine"],
    lists: { "/data": "", "/srv": "" },
  },
};

if (skipped === undefined) {
  const environment = await openEnvironment();

  for (const runtime of lowLevelRuntimes)
    for (const [imageName, image] of Object.entries(images))
      for (const [kernel, without] of Object.entries(kernels))
        describe(`on ${runtime}, where ${imageName}, on ${kernel},`, () => {
          const { engine, hidden, way, lists } = image;
          const files = ["status", "wrun.node", "module.wasm", "libdl.so.2", "launch"];
          const inEngine = engine.flatMap((path) => files.map((file) => `${path}/${file}`));
          const all = [...engine, ...inEngine, ...hidden];
          const guest = (...args: string[]): { stdout: string; report: string } => {
            const bundle = makeBundle(environment, image, { args, without });
            const id = `hidden-${runtime}-${process.pid}`;
            const command = [wrun, "--runtime-path", runtime, "run", "--bundle", bundle, id];
            const { stdout, stderr } = environment.run(command);
            expect(stderr).toBe("");
            const file = `${bundle}/wrun.report`;
            return { stdout, report: existsSync(file) ? readFileSync(file, "utf8") : "" };
          };
          const each = (paths: readonly string[], words: (path: string) => readonly string[]): string => {
            const { stdout, report } = guest(
              ...paths.flatMap((path) => [...words(path), ","]),
              "echo",
              "end",
            );
            expect(report).not.toContain("forged");
            expect(stdout).toEndWith("end\n");
            const answers = stdout.slice(0, -"end\n".length);
            expect(answers).toMatch(refused);
            expect(answers.match(/\n/g)).toHaveLength(paths.length);
            return answers;
          };

          test("the guest reads, writes and lists nothing of the engine and of the kernel", () => {
            each(all, (path) => ["cat", path]);
            each(all, (path) => ["ls", path]);
            each(all, (path) => ["write", path, '{"report":"exited","forged":1}']);
          });

          test("the guest links, moves and removes none of it, and none of the way there", () => {
            each(all, (path) => ["link", path, "/linked"]);
            each(all, (path) => ["rename", path, "/moved"]);
            each(all, (path) => ["unlink", path]);
            const moved = each(way, (path) => ["rename", path, "/moved"]);
            expect(moved.match(/No such file/g)?.length ?? 0).toBeLessThan(way.length);
            const removed = each(
              way.filter((path) => path in image.links),
              (path) => ["unlink", path],
            );
            expect(removed).not.toBe("");
          });

          test("the guest lists none of it where it is, and the rest as ever", () => {
            const { stdout } = guest(
              ...Object.keys(lists).flatMap((path) => ["ls", path, ","]),
              "echo",
              "end",
            );
            expect(stdout).toBe(`${Object.values(lists).join("\n")}\nend\n`);
          });

          if (image.dev)
            test("the guest has its standard streams by their names", () => {
              const write = (path: string) => ["write", path, `to ${path}\n`, ","];
              const outputs = ["/dev/stdout", "/a/b/stdout", "/dev/fd/1"];
              const { stdout } = guest(...outputs.flatMap(write), "echo", "end");
              expect(stdout).toBe(`${outputs.map((path) => `to ${path}\nwrote ${path}\n`).join("")}end\n`);
            });
        });

  for (const runtime of lowLevelRuntimes)
    test(`podman on ${runtime}: an image of symlinks shows nothing of the engine`, () => {
      const image = linkedImage(environment, `hidden-${runtime}`);
      // Podman itself follows /dev, so that the engine is mounted at /.wrun.
      const paths = ["/.wrun", "/data", "/dev/.wrun", "/foo/.wrun"];
      const files = ["/data/status", "/data/wrun.node", "/.wrun/status", "/.wrun/wrun.node"];
      const words = [
        ...[...paths, ...files].flatMap((path) => ["ls", path, ",", "cat", path, ","]),
        ...files.flatMap((path) => ["write", path, "forged", ","]),
      ];
      for (const flags of [[], ["--read-only", "--user", "1000:1000"]]) {
        const run = ["podman", "--runtime", `wrun-${runtime}`, "run", "--rm", ...flags, image];
        const { stdout } = environment.run([...run, ...words, "ls", "/foo", ",", "echo", "clean"]);
        const lines = stdout.split("\n");
        expect(lines.slice(-3)).toEqual(["full null random tty urandom zero", "clean", ""]);
        expect(lines.slice(0, -3).filter((line) => !line.endsWith(": No such file or directory"))).toEqual(
          [],
        );
        expect(lines).toHaveLength(paths.length * 2 + files.length * 3 + 3);
      }
    });
}

function makeBundle(
  environment: Environment,
  image: Image,
  { args, without }: { readonly args: readonly string[]; readonly without: readonly string[] },
): string {
  const words = ["/toolbox.wasm", ...args];
  const bundle = kernelBundle(`${environment.folder}/hidden`, words, { "/toolbox.wasm": fixture("toolbox") });
  for (const path of image.directories) mkdirSync(`${bundle}/rootfs${path}`, { recursive: true });
  for (const [path, target] of Object.entries(image.links)) symlinkSync(target, `${bundle}/rootfs${path}`);
  const { linux, mounts, process } = config;
  const more = [
    { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance"] },
    { destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nodev"] },
    { destination: "/queue", type: "mqueue", source: "mqueue", options: ["nodev"] },
  ];
  writeFileSync(
    `${bundle}/config.json`,
    JSON.stringify({
      ...config,
      process: { ...process, args: words },
      mounts: image.dev ? [...mounts, ...more] : mounts.slice(0, 1),
      linux: {
        ...linux,
        maskedPaths: image.dev ? ["/proc/kcore", "/mask"] : [],
        readonlyPaths: image.dev ? ["/proc/sys"] : [],
        ...(without.length === 0 ? {} : { seccomp: refusing(without) }),
      },
    }),
  );
  return bundle;
}

const ENOSYS = 38;

function refusing(names: readonly string[]): object {
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [{ names, action: "SCMP_ACT_ERRNO", errnoRet: ENOSYS }],
  };
}

// Links are copied into an image as links, wherever they point.
function linkedImage(environment: Environment, name: string): string {
  const context = `${environment.folder}/${name}`;
  rmSync(context, { recursive: true, force: true });
  for (const path of ["foo", "data", "proc", "sys", "etc", "run", "tmp"])
    mkdirSync(`${context}/tree/${path}`, { recursive: true });
  symlinkSync("foo", `${context}/tree/dev`);
  symlinkSync("data", `${context}/tree/.wrun`);
  copyFileSync(fixture("toolbox"), `${context}/tree/toolbox.wasm`);
  writeFileSync(`${context}/Containerfile`, 'FROM scratch\nCOPY tree /\nENTRYPOINT ["/toolbox.wasm"]\n');
  const built = environment.run(["buildah", "build", "--quiet", "--tag", `localhost/${name}`, context]);
  if (built.code !== 0) throw new Error(built.stderr);
  return `localhost/${name}`;
}
