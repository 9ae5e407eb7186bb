import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import type { Cgroup } from "../../../shim/cgroup/cgroup.ts";

const noHang = 1;
const root = "/sys/fs/cgroup";
const controllers = ["memory", "pids", "cpuacct", "cpu", "blkio"].filter((name) =>
  existsSync(`${root}/${name}/tasks`),
);
const unified = existsSync(`${root}/cgroup.controllers`) ? root : `${root}/unified`;

/** Whether processes here can be limited by a memory cgroup of v1 that we make. */
export const hasV1Memory =
  process.getuid?.() === 0 && controllers.includes("memory") && canMake(`${root}/memory`);

/** Whether a folder can be made in the tree of v2, with controllers or without. */
export const hasV2 = process.getuid?.() === 0 && existsSync(`${unified}/cgroup.procs`) && canMake(unified);

/** Whether memory can be limited there. */
export const hasV2Memory =
  hasV2 && readFileSync(`${unified}/cgroup.subtree_control`, "utf8").includes("memory");

if (!hasV1Memory)
  console.log("tests of cgroup v1 are skipped: no memory controller of v1, or no right to make cgroups");
if (!hasV2Memory) console.log("tests of OOM kills in cgroup v2 are skipped: no memory controller of v2 here");

/** A cgroup of our own in every hierarchy; removed with what is beneath it when it is disposed of. */
export class RealCgroup implements Disposable {
  readonly cgroup: Cgroup;
  readonly #folders: readonly string[];
  readonly #started: number[] = [];

  static v1(name = `wrun-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`): RealCgroup {
    const folders = new Map(controllers.map((controller) => [controller, `${root}/${controller}/${name}`]));
    return new RealCgroup({ version: 1, folders }, [...folders.values()]);
  }

  static v2(): RealCgroup {
    const folder = `${unified}/wrun-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
    return new RealCgroup({ version: 2, folder }, [folder]);
  }

  private constructor(cgroup: Cgroup, folders: readonly string[]) {
    this.cgroup = cgroup;
    this.#folders = folders;
    for (const folder of folders) mkdirSync(folder, { recursive: true });
  }

  /** A cgroup beneath this one. */
  child(name: string): RealCgroup {
    return RealCgroup.v1(`${this.#folders[0]?.split("/").at(-1)}/${name}`);
  }

  /** The folder of a controller. */
  folder(controller: string): string {
    const { cgroup } = this;
    return cgroup.version === 2 ? cgroup.folder : (cgroup.folders.get(controller) ?? "");
  }

  limitMemory(bytes: number): void {
    const file = this.cgroup.version === 1 ? "memory.limit_in_bytes" : "memory.max";
    writeFileSync(`${this.folder("memory")}/${file}`, `${bytes}`);
  }

  /** Runs a shell script in the cgroup. */
  start(script: string): number {
    const enter = this.#folders.map((folder) => `echo $$ >${folder}/cgroup.procs || exit 99`).join("; ");
    const argv = ["sh", "-c", `${enter}; ${script}`];
    const pid = native.spawn({ path: "/bin/sh", argv, env: ["PATH=/usr/bin:/bin"], fds: [-1, -1, 2] });
    this.#started.push(pid);
    return pid;
  }

  [Symbol.dispose](): void {
    for (const pid of this.#started.splice(0)) {
      if (native.waitpid(pid, noHang) === 0) native.kill(pid, 9);
      native.waitpid(pid, 0);
    }
    for (const folder of this.#folders) removeSoon(folder);
  }
}

function canMake(folder: string): boolean {
  try {
    mkdirSync(`${folder}/wrun-test-${process.pid}`);
    rmdirSync(`${folder}/wrun-test-${process.pid}`);
    return true;
  } catch {
    return false;
  }
}

// A process that has just been waited for may still be counted.
function removeSoon(folder: string): void {
  for (let attempt = 0; existsSync(folder); attempt++) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (attempt === 200) throw error;
      native.nanosleep(1, 0, 5_000_000n);
    }
  }
}
