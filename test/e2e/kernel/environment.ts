import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "bun:test";
import { type Ended, run, type RunOptions } from "../../wrun.ts";

/** The low-level runtimes that every test of the kernel sandbox runs with, one after the other. */
export const lowLevelRuntimes = ["crun", "runc"] as const;

const programs = ["script", "setpriv", "crun", "runc", "podman", "buildah", "conmon", "unshare", "nsenter"];

/** What this machine lacks for real containers, in one line; undefined where nothing is missing. */
export const missing: string | undefined = findMissing();

if (missing !== undefined) console.log(`kernel sandbox tests are skipped: ${missing}`);

/**
 * A place for real containers that leaves nothing behind: a mount namespace of its own, Podman with its own
 * storage and settings, everything in one temporary folder.
 */
export interface Environment {
  readonly folder: string;
  /** Runs a command in the mount namespace. */
  run(command: readonly string[], options?: RunOptions): Ended;
  /** The command that would do so: for those who start it themselves. */
  command(command: readonly string[]): string[];
  readonly env: Record<string, string>;
}

/** Opens an environment, to be closed when the test file has ended. */
export async function openEnvironment(): Promise<Environment> {
  const environment = await makeEnvironment();
  afterAll(() => environment.close());
  return environment;
}

/** Opens an environment for a caller who closes it. */
export async function makeEnvironment(): Promise<Environment & { close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "wrun-kernel-"));
  const env = writeSettings(folder);
  const holder = await holdNamespace();
  const enter = (command: readonly string[], cwd = folder): string[] => {
    return ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, `--wd=${cwd}`, "--", ...command];
  };
  const environment: Environment = {
    folder,
    env,
    command: enter,
    run: (command, { cwd, ...options } = {}) =>
      run(enter(command, cwd), { ...options, env: { ...env, ...options.env } }),
  };
  const close = (): void => {
    environment.run(["podman", "rm", "--all", "--force", "--time", "0"]);
    environment.run(["buildah", "rm", "--all"]);
    environment.run(["sh", "-c", 'umount -l "$1"', "sh", `${folder}/storage/overlay`]);
    holder.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...environment, close };
}

/**
 * Where cgroups are hybrid (v1 with v2's at /sys/fs/cgroup/unified), crun gives up; without that mount it
 * takes them for v1, but makes directories there all the same, which it never removes. /dev/shm is our own, as
 * Podman keeps its locks there, for all of the machine.
 */
const prepare = `
  if mountpoint -q /sys/fs/cgroup/unified; then
    umount /sys/fs/cgroup/unified && mount -t tmpfs tmpfs /sys/fs/cgroup/unified || exit 1
  fi
  mount -t tmpfs tmpfs /dev/shm || exit 1
  echo ready; exec setpriv --pdeathsig KILL sleep 3600`;

async function holdNamespace(): Promise<Bun.Subprocess<"ignore", "pipe", "ignore">> {
  const holder = Bun.spawn(["unshare", "--mount", "--propagation", "private", "sh", "-c", prepare], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  const { value } = await holder.stdout.getReader().read();
  if (value === undefined) throw new Error("cannot make a mount namespace");
  return holder;
}

function writeSettings(folder: string): Record<string, string> {
  const wrun = new URL("../../../dist/wrun", import.meta.url).pathname;
  mkdirSync(`${folder}/tmp`);
  const fronts = lowLevelRuntimes.map((name) => `wrun-${name} = ["${makeFront(folder, wrun, name)}"]`);
  writeFileSync(
    `${folder}/containers.conf`,
    `[containers]
default_ulimits = ["nofile=1024:4096", "nproc=1000:1000"]
netns = "none"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime_supports_nocgroup = ["crun", "wrun", "wrun-crun"]
volume_path = "${folder}/volumes"
tmp_dir = "${folder}/run"
[engine.runtimes]
wrun = ["${wrun}"]
${fronts.join("\n")}
`,
  );
  writeFileSync(
    `${folder}/storage.conf`,
    `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/storage"\nrunroot = "${folder}/run/storage"\n`,
  );
  return {
    PATH: process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: folder,
    TMPDIR: `${folder}/tmp`,
    CONTAINERS_CONF: `${folder}/containers.conf`,
    CONTAINERS_STORAGE_CONF: `${folder}/storage.conf`,
  };
}

// wrun on that low-level runtime, as an engine's runtime: Podman and buildah pass on none of their own variables.
function makeFront(folder: string, wrun: string, lowLevel: string): string {
  const path = `${folder}/wrun-${lowLevel}`;
  const script = `#!/bin/sh\nWRUN_RUNTIME=${lowLevel}\nexport WRUN_RUNTIME\nexec ${wrun} "$@"\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

function findMissing(): string | undefined {
  if (process.getuid?.() !== 0) return "they need root";
  const absent = programs.filter((name) => Bun.which(name) === null);
  if (absent.length > 0) return `install Debian's ${absent.join(" ")}`;
  const probe = run([
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "mount",
    "-t",
    "tmpfs",
    "tmpfs",
    "/dev/shm",
  ]);
  return probe.code === 0 ? undefined : "mount namespaces cannot be made here";
}
