import { run, wrun } from "../../wrun.ts";
import { missingForNamespaces } from "./namespaces.ts";
import { containerdFolder } from "./settings.ts";

const daemons = ["containerd", "ctr", "containerd-shim-runc-v2"];

/** What this machine lacks for tests with a real containerd, in one line; undefined where nothing is missing. */
export const missing: string | undefined = findMissing();

if (missing !== undefined) console.log(`containerd tests are skipped: ${missing}`);

function findMissing(): string | undefined {
  const beside = { PATH: containerdFolder ?? process.env["PATH"] ?? "" };
  const absent = daemons.filter((name) => Bun.which(name, beside) === null);
  if (absent.length > 0) return `install Debian's packages with ${absent.join(" ")}`;
  return missingForNamespaces(["crun", "runc", "script"]);
}

/** Whether the executable is a shim already. */
export const hasShim: boolean = Bun.spawnSync([wrun, "-v"], { argv0: "containerd-shim-wrun-v1" })
  .stdout.toString()
  .startsWith("containerd-shim-wrun-v1");

/** The version of this containerd, as 1.6 or 2.3. */
export const containerdVersion: number = findVersion();

/** The low-level runtimes that this containerd can be tried with below wrun. */
export const lowLevelRuntimes: readonly ("crun" | "runc")[] = findLowLevelRuntimes();

// containerd 2 writes specs of version 1.2, which crun refused until it had `features`, too.
function findLowLevelRuntimes(): readonly ("crun" | "runc")[] {
  if (missing !== undefined) return [];
  if (containerdVersion < 2 || run(["crun", "features"]).code === 0) return ["crun", "runc"];
  console.log(`containerd tests are skipped for crun: containerd ${containerdVersion} needs a newer one`);
  return ["runc"];
}

// `ctr containerd.io 1.6.20`, `ctr github.com/containerd/containerd/v2 v2.0.11`
function findVersion(): number {
  if (missing !== undefined) return 0;
  const ctr = containerdFolder === undefined ? "ctr" : `${containerdFolder}/ctr`;
  const { stdout } = run([ctr, "--version"]);
  return Number(/ v?(\d+\.\d+)\.\d+/.exec(stdout)?.[1]);
}
