import { readdirSync, readFileSync } from "node:fs";
import { hasFixture } from "../../bundle.ts";
import { run } from "../../wrun.ts";

const tools = ["unshare", "nsenter", "setpriv", "ip"];

/** What this machine lacks for containers in namespaces of a test's own, in one line; undefined where nothing is missing. */
export function missingForNamespaces(programs: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return "they need root";
  const absent = [...programs, ...tools].filter((name) => Bun.which(name) === null);
  if (absent.length > 0) return `install Debian's packages with ${absent.join(" ")}`;
  if (!hasFixture("toolbox")) return "no toolchain for guests in C";
  const probe = run(["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "true"]);
  return probe.code === 0 ? undefined : `namespaces cannot be made here: ${probe.stderr.trim()}`;
}

// A process of its own that takes in what its children leave (a killed shim's containers), as an init does.
// Where cgroups are hybrid (v1 with v2's at /sys/fs/cgroup/unified), crun gives up; without that mount it takes them for
// v1, but makes directories there all the same. /run is all of what engines share by fixed paths.
const init = `
  if mountpoint -q /sys/fs/cgroup/unified; then
    umount /sys/fs/cgroup/unified && mount -t tmpfs tmpfs /sys/fs/cgroup/unified || exit 1
  fi
  mount -t tmpfs -o mode=755 tmpfs /run && mount -t tmpfs tmpfs /dev/shm && ip link set lo up || exit 1
  echo ready
  while :; do sleep 3600 & wait; done`;

/**
 * Mount, network and process namespaces of a test's own. Whatever is started in them, daemons and their containers
 * included, ends with them.
 */
export class Namespaces {
  readonly #holder: Bun.Subprocess<"ignore", "pipe", "inherit">;
  /** Their first process, as we number it. */
  readonly pid: number;

  private constructor(holder: Bun.Subprocess<"ignore", "pipe", "inherit">, pid: number) {
    this.#holder = holder;
    this.pid = pid;
  }

  static async open(): Promise<Namespaces> {
    const flags = ["--mount", "--propagation", "private", "--net", "--pid", "--mount-proc", "--kill-child"];
    const command = ["setpriv", "--pdeathsig", "KILL", "unshare", ...flags, "sh", "-c", init];
    const holder = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const { value } = await holder.stdout.getReader().read();
    const [pid] = childrenOf(holder.pid);
    if (value === undefined || pid === undefined) throw new Error("cannot make namespaces");
    return new Namespaces(holder, pid);
  }

  /** The command that runs `command` inside. */
  command(command: readonly string[], cwd: string): string[] {
    return [
      "nsenter",
      "--target",
      `${this.pid}`,
      "--mount",
      "--net",
      "--pid",
      `--wd=${cwd}`,
      "--",
      ...command,
    ];
  }

  /** A path as it is seen inside, to be used from outside. */
  path(inside: string): string {
    return `/proc/${this.pid}/root${inside}`;
  }

  /** Ends all that runs inside, and with it the namespaces. */
  async close(): Promise<void> {
    this.#holder.kill("SIGKILL");
    await this.#holder.exited;
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map(Number);
}

/** The processes inside, by their number inside, with their command lines. */
export function processesIn(namespaces: Namespaces): Map<number, string> {
  const proc = namespaces.path("/proc");
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid) => {
      const command = commandOf(`${proc}/${pid}`);
      return command === undefined ? [] : [[Number(pid), command] as const];
    }),
  );
}

// A process may end while it is looked at.
function commandOf(folder: string): string | undefined {
  try {
    return readFileSync(`${folder}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return undefined;
  }
}
