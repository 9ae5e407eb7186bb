import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

// The embedded sandbox beside crun and runc: the same bundle, and what its guest prints and ends with, what it leaves
// in the root file system, or that all of them refuse it.

interface Parity {
  readonly title: string;
  /** Laid over config.json. `SOURCE` is a directory of the host that has a file `f` and a directory `sub`. */
  readonly config?: Record<string, unknown>;
  /** Laid over its process. */
  readonly process?: Record<string, unknown>;
  /** After those that every bundle has: /proc, /dev, /sys. */
  readonly mounts?: readonly Record<string, unknown>[];
  /** What the image has: a directory (`/` at its end), a file, or a symlink (`-> TARGET`). */
  readonly image?: readonly string[];
  /** The toolbox's verbs. */
  readonly verbs: string;
  /** Paths in the root file system, or in SOURCE, whose kind, mode and content are compared afterwards. */
  readonly left?: readonly string[];
  /** Every runtime refuses it; embedded by this field. */
  readonly refused?: string;
  /** The caller's umask. */
  readonly umask?: string;
}

const bind = (destination: string, source: string, ...options: string[]) => ({
  destination,
  source,
  type: "bind",
  options: [options.includes("bind") ? "bind" : "rbind", ...options],
});
const tmpfs = (destination: string, ...options: string[]) => ({
  destination,
  type: "tmpfs",
  source: "tmpfs",
  options,
});

const cases: readonly Parity[] = [
  { title: "argv, environ and the host name", verbs: "env , echo a b" },
  {
    title: "a missing working directory",
    process: { cwd: "/work/a" },
    verbs: "env , ls / , ls /work , write /work/a/made x",
    left: ["work", "work/a", "work/a/made"],
  },
  {
    title: "a missing working directory that is written with dots",
    process: { cwd: "/other/./dir/" },
    verbs: "ls / , write /other/dir/made x",
    left: ["other", "other/dir", "other/dir/made"],
  },
  {
    title: "a missing working directory in a tmpfs",
    process: { cwd: "/tmp/a/b" },
    mounts: [tmpfs("/tmp")],
    verbs: "ls /tmp , write /tmp/a/b/made x , ls /tmp/a/b",
    left: ["tmp"],
  },
  {
    title: "a missing working directory in a volume",
    process: { cwd: "/data/a" },
    mounts: [bind("/data", "SOURCE")],
    verbs: "ls /data , write /data/a/made x",
    left: ["SOURCE/a", "SOURCE/a/made"],
  },
  {
    title: "a missing working directory in a read-only root",
    process: { cwd: "/work" },
    config: { root: { path: "rootfs", readonly: true } },
    verbs: "ls / , write /work/made x",
    left: ["work"],
  },
  {
    title: "a working directory beneath a symlink of the image",
    process: { cwd: "/run/app" },
    image: ["/run -> var/run", "/var/run/"],
    verbs: "ls /var/run , write /run/app/made x",
    left: ["var/run/app/made"],
  },
  {
    title: "a working directory that is a file",
    process: { cwd: "/etc/passwd" },
    image: ["/etc/passwd"],
    verbs: "ls /",
    refused: "process.cwd",
  },
  {
    title: "no umask, whatever the caller's",
    verbs: "write /u x , mkdir /ud",
    umask: "077",
    left: ["u", "ud"],
  },
  {
    title: "a umask that takes all from others",
    process: { user: { uid: 0, gid: 0, umask: 0o77 } },
    verbs: "write /u x , mkdir /ud",
    left: ["u", "ud"],
  },
  {
    title: "a umask of nothing",
    process: { user: { uid: 0, gid: 0, umask: 0 } },
    verbs: "write /u x , mkdir /ud",
    left: ["u", "ud"],
  },
  {
    title: "a umask with bits that no umask has",
    process: { user: { uid: 0, gid: 0, umask: 0o7027 } },
    verbs: "write /u x , mkdir /ud",
    left: ["u", "ud"],
  },
  {
    title: "a directory mounted where the image has nothing",
    mounts: [bind("/x/y/z", "SOURCE")],
    verbs: "ls / , ls /x , ls /x/y , ls /x/y/z",
    left: ["x", "x/y", "x/y/z"],
  },
  {
    title: "a file mounted where the image has nothing",
    mounts: [bind("/x/y.conf", "SOURCE/f")],
    verbs: "ls / , ls /x , cat /x/y.conf , write /x/y.conf new",
    left: ["x", "SOURCE/f"],
  },
  {
    title: "mount points that are missing in a read-only root",
    config: { root: { path: "rootfs", readonly: true } },
    mounts: [bind("/x/y", "SOURCE"), tmpfs("/t/u"), bind("/c/f", "SOURCE/f")],
    verbs: "ls / , ls /x , ls /t , ls /c , write /x/z q , write /x/y/z q , mkdir /x , mkdir /n",
    left: ["x/y", "t/u"],
  },
  {
    title: "mounts within mounts",
    mounts: [tmpfs("/t"), bind("/t/u/v", "SOURCE"), tmpfs("/t/u/v/sub"), bind("/t/g", "SOURCE/f")],
    verbs: "ls /t , ls /t/u , ls /t/u/v , write /t/u/v/sub/a b , cat /t/g",
    left: ["t", "SOURCE/sub"],
  },
  {
    title: "a mount point made within a volume",
    mounts: [bind("/data", "SOURCE"), tmpfs("/data/new/deep")],
    verbs: "ls /data , ls /data/new",
    left: ["SOURCE/new/deep"],
  },
  {
    title: "a mount that covers earlier ones",
    mounts: [bind("/t/u", "SOURCE"), tmpfs("/t"), bind("/v", "SOURCE"), bind("/v", "SOURCE/sub")],
    verbs: "ls /t , ls /v",
    left: ["t/u", "v"],
  },
  {
    title: "a mount through a symlink of the image",
    image: ["/var/run -> ../run", "/run/"],
    mounts: [bind("/var/run/app", "SOURCE")],
    verbs: "ls /run , ls /run/app , ls /var/run/app",
    left: ["run/app"],
  },
  {
    title: "a mount through an absolute symlink of the image",
    image: ["/run -> /data/run", "/data/run/"],
    mounts: [bind("/run/a/b", "SOURCE")],
    verbs: "ls /data/run , ls /run/a/b",
    left: ["data/run/a/b"],
  },
  {
    title: "a mount through a symlink that leads out of the image, nothing of which is made outside",
    image: ["/out -> ../../../..", "/up -> ../outside", "/outside/"],
    mounts: [bind("/up/new", "SOURCE"), bind("/out/outside/file", "SOURCE/f")],
    verbs: "ls / , ls /up , ls /outside , ls /up/new",
    left: ["outside", "outside/new", "SOURCE/../outside"],
  },
  {
    title: "a working directory through a symlink that leads out of the image",
    process: { cwd: "/out/outside/deep" },
    image: ["/out -> ../../../../.."],
    verbs: "ls / , ls /outside",
    left: ["outside/deep", "SOURCE/../outside"],
  },
  { title: "a destination that is not absolute", mounts: [tmpfs("rel/dir")], verbs: "ls / , ls /rel" },
  {
    title: "a read-only mount",
    mounts: [bind("/data", "SOURCE", "ro")],
    verbs: "cat /data/f , write /data/f x , mkdir /data/x , unlink /data/f",
    left: ["SOURCE/f"],
  },
  { title: "a read-only tmpfs", mounts: [tmpfs("/t", "ro")], verbs: "ls /t , write /t/f x" },
  {
    title: "a file mounted over a directory",
    image: ["/d/"],
    mounts: [bind("/d", "SOURCE/f")],
    verbs: "ls /",
    refused: "mounts[3].destination",
  },
  {
    title: "a directory mounted over a file",
    image: ["/d"],
    mounts: [bind("/d", "SOURCE")],
    verbs: "ls /",
    refused: "mounts[3].destination",
  },
  {
    title: "a tmpfs mounted over a file",
    image: ["/d"],
    mounts: [tmpfs("/d")],
    verbs: "ls /",
    refused: "mounts[3].destination",
  },
  {
    title: "a mount beneath a file",
    image: ["/d"],
    mounts: [tmpfs("/d/e")],
    verbs: "ls /",
    refused: "mounts[3].destination",
  },
  {
    title: "a mount whose source is missing",
    mounts: [bind("/d", "SOURCE/none")],
    verbs: "ls /",
    refused: "mounts[3].source",
  },
  {
    title: "the devices of /dev",
    verbs:
      "ls /dev , write /dev/null x , write /dev/full x , cat /dev/null , cat /dev/tty , write /dev/new x , ls /dev , write /dev/stdout out",
  },
  {
    title: "mounts in /dev",
    mounts: [bind("/dev/termination-log", "SOURCE/f"), tmpfs("/dev/shm"), tmpfs("/dev/own")],
    verbs:
      "ls /dev , cat /dev/termination-log , ls /dev/shm , write /dev/own/f x , write /dev/termination-log bye",
    left: ["SOURCE/f"],
  },
  { title: "what belongs to the kernel", verbs: "ls /proc , ls /sys , cat /proc/self/mem" },
  {
    title: "masked and read-only paths",
    image: ["/secret/f", "/fixed/f", "/open/f"],
    config: {
      linux: {
        namespaces: config.linux.namespaces,
        maskedPaths: ["/secret/f", "/none"],
        readonlyPaths: ["/fixed", "/none"],
      },
    },
    verbs: "cat /open/f , cat /fixed/f , write /fixed/f x , write /open/f x , mkdir /fixed/d",
    left: ["fixed/f", "open/f"],
  },
  {
    title: "a limit on the size of files",
    process: { rlimits: [{ type: "RLIMIT_FSIZE", soft: 1 << 20, hard: 1 << 20 }] },
    verbs: "fill /big 2",
    left: ["big"],
  },
  {
    title: "a limit that is none",
    process: { rlimits: [{ type: "RLIMIT_MOON", soft: 1, hard: 1 }] },
    verbs: "ls /",
    refused: "process.rlimits[0].type",
  },
  {
    title: "a soft limit over its hard one",
    process: { rlimits: [{ type: "RLIMIT_NOFILE", soft: 10, hard: 5 }] },
    verbs: "ls /",
    refused: "process.rlimits[0].soft",
  },
  {
    title: "a namespace that is none",
    config: { linux: { namespaces: [...config.linux.namespaces, { type: "moon" }] } },
    verbs: "ls /",
    refused: "linux.namespaces[5].type",
  },
  {
    title: "fields that nobody knows",
    config: { moon: { phase: 1 } },
    process: { moon: true },
    verbs: "ls /",
  },
  {
    title: "fields that no guest can notice",
    config: { domainname: "example.org" },
    process: { oomScoreAdj: 300, noNewPrivileges: false },
    verbs: "ls /",
  },
];

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

if (skipped === undefined) {
  const environment = await openEnvironment();
  const sandboxes: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(lowLevelRuntimes.map((name) => [name, ["--runtime-path", Bun.which(name) ?? ""]])),
    embedded: ["--root", `${environment.folder}/state`, "--sandbox", "embedded"],
  };

  /** Runs a case in one sandbox: what can be seen of it from outside. */
  const seen = (parity: Parity, sandbox: string): Record<string, unknown> => {
    const { folder } = environment;
    const source = `${folder}/source`;
    const bundle = bundleOf(parity, {
      bundle: `${folder}/bundle`,
      source,
      run: (command) => environment.run(command),
    });
    const script = 'umask "$0"; exec "$@" </dev/null';
    const command = [wrun, ...(sandboxes[sandbox] ?? []), "run", "--bundle", bundle, `parity-${process.pid}`];
    const { code, stdout, stderr } = environment.run(["sh", "-c", script, parity.umask ?? "022", ...command]);
    if (parity.refused !== undefined) return { ran: code === 0, stderr };
    const left = (parity.left ?? []).map((path) =>
      path.startsWith("SOURCE/") ? `${folder}/source${path.slice(6)}` : `${bundle}/rootfs/${path}`,
    );
    return { code, stdout, left: left.map(describePath) };
  };

  describe("the embedded sandbox and crun and runc agree on", () => {
    for (const parity of cases)
      test(parity.title, () => {
        const embedded = seen(parity, "embedded");
        if (parity.refused !== undefined) {
          expect(embedded).toMatchObject({
            ran: false,
            stderr: expect.stringContaining(`wrun: ${parity.refused}: `),
          });
          for (const runtime of lowLevelRuntimes) expect(seen(parity, runtime)).toMatchObject({ ran: false });
        } else
          for (const runtime of lowLevelRuntimes)
            expect({ runtime, ...embedded }).toEqual({ runtime, ...seen(parity, runtime) });
      });
  });
} else test.skip(`parity of the embedded sandbox: ${skipped}`, () => {});

interface Around {
  readonly bundle: string;
  readonly source: string;
  readonly run: (command: readonly string[]) => unknown;
}

function bundleOf(parity: Parity, { bundle, source, run }: Around): string {
  run(["rm", "-rf", source]);
  mkdirSync(`${source}/sub`, { recursive: true });
  writeFileSync(`${source}/f`, "content\n");
  const args = ["/app.wasm", ...parity.verbs.split(" ")];
  kernelBundle(bundle, args, { "/app.wasm": fixture("toolbox") });
  for (const entry of parity.image ?? []) putInImage(`${bundle}/rootfs`, entry);
  const mounts = JSON.stringify([...config.mounts, ...(parity.mounts ?? [])]).replaceAll(
    '"SOURCE',
    `"${source}`,
  );
  const spec = {
    ...config,
    ...parity.config,
    mounts: JSON.parse(mounts) as unknown,
    process: { ...config.process, args, ...parity.process },
  };
  writeFileSync(`${bundle}/config.json`, JSON.stringify(spec));
  return bundle;
}

function putInImage(rootfs: string, entry: string): void {
  const [path = "", target] = entry.split(" -> ");
  mkdirSync(dirname(`${rootfs}${path}x`), { recursive: true });
  if (target !== undefined) symlinkSync(target, `${rootfs}${path}`);
  else if (!path.endsWith("/")) writeFileSync(`${rootfs}${path}`, "content\n");
}

function describePath(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return "missing";
  // crun makes mount points with the sticky bit.
  const mode = (stat.mode & 0o777).toString(8);
  if (stat.isDirectory()) return `directory ${mode}: ${readdirSync(path).toSorted().join(" ")}`;
  return `file ${mode}: ${stat.size > 100 ? stat.size : readFileSync(path, "utf8")}`;
}
