import { WrunError } from "../../oci/error.ts";
import type { MountPoint } from "../../oci/mount-point.ts";
import type { GuestEnd } from "../../oci/report.ts";
import type { Engine, EngineLaunch, Host, Lock, ProcessIdentity } from "../../shim/host/host.ts";

/** How a started engine behaves. */
export interface EngineScript {
  /** Reports `loaded` and goes on; else it ends with `end` before that. */
  readonly loads: boolean;
  readonly end: GuestEnd;
}

interface FakeProcess extends ProcessIdentity {
  alive: boolean;
  readonly status: string;
}

const hello: EngineScript = { loads: true, end: { report: "exited", code: 0 } };

/**
 * A machine in memory. `log` tells what was done to it, one line an effect; looking is not logged. With
 * `failAt` set, the effect of that index fails, without having happened.
 */
export class FakeHost implements Host {
  readonly log: string[] = [];
  readonly uid = 1000;
  readonly files = new Map<string, string>();
  readonly directories = new Set<string>(["/"]);
  readonly processes = new Map<number, FakeProcess>();
  readonly locked = new Set<string>();
  script: EngineScript = hello;
  failAt = -1;
  privateRoot = true;
  /** What its own caller has. */
  minOomScoreAdj = 100;
  launches: EngineLaunch[] = [];
  #nextPid = 100;

  now(): Date {
    return new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  }

  makeDirectory(path: string): boolean {
    this.#effect(`mkdir ${path}`);
    if (this.exists(path)) return false;
    this.#parentOf(path);
    this.directories.add(path);
    return true;
  }

  entries(path: string): readonly string[] {
    const within = [...this.files.keys(), ...this.directories].filter((p) => p.startsWith(`${path}/`));
    return [...new Set(within.map((p) => p.slice(path.length + 1).split("/")[0] ?? ""))];
  }

  exists(path: string): boolean {
    return this.files.has(path) || this.directories.has(path);
  }

  isPrivate(): boolean {
    return this.privateRoot;
  }

  readText(path: string): string | undefined {
    return this.files.get(path);
  }

  writeText(path: string, text: string): void {
    this.#effect(`write ${path}`);
    this.#parentOf(path);
    this.files.set(path, text);
  }

  makeFifo(path: string): void {
    this.#effect(`mkfifo ${path}`);
    this.#parentOf(path);
    this.files.set(path, "");
  }

  makeMountPoint({ above, path, kind }: MountPoint): void {
    this.#effect(`mount point ${above}/${path}`);
    if (kind === "directory") this.directories.add(`${above}/${path}`);
    else this.files.set(`${above}/${path}`, "");
  }

  removeFile(path: string): void {
    this.#effect(`rm ${path}`);
    this.files.delete(path);
  }

  removeEmpty(path: string): void {
    this.#effect(`rmdir ${path}`);
    if (this.entries(path).length === 0) this.directories.delete(path);
  }

  removeTree(path: string): void {
    this.#effect(`rm -r ${path}`);
    for (const file of this.files.keys()) if (file.startsWith(`${path}/`)) this.files.delete(file);
    for (const directory of this.directories) {
      if (directory === path || directory.startsWith(`${path}/`)) this.directories.delete(directory);
    }
  }

  lock(path: string): Lock | undefined {
    if (!this.directories.has(path)) return undefined;
    this.#effect(`lock ${path}`);
    if (this.locked.has(path)) throw new Error(`${path} is locked already: this would wait for ever`);
    this.locked.add(path);
    return { path, [Symbol.dispose]: () => void this.locked.delete(path) };
  }

  startEngine(launch: EngineLaunch): Engine {
    this.#effect("start engine");
    this.launches.push(launch);
    const pid = this.#nextPid++;
    this.files.set(launch.status, "");
    this.processes.set(pid, { pid, startTime: `${pid}000`, alive: true, status: launch.status });
    return { pid, startTime: `${pid}000`, ready: 9 };
  }

  setOomScoreAdj(engine: Engine, value: number): boolean {
    this.#effect(`oom_score_adj ${engine.pid} ${value}`);
    return value >= this.minOomScoreAdj;
  }

  engineLoaded(engine: Engine): boolean {
    this.#effect(`await loaded ${engine.pid}`);
    if (this.script.loads) this.#report(engine.pid, { report: "loaded" });
    else this.end(engine.pid);
    return this.script.loads;
  }

  holdSignals(): void {
    this.#effect("hold signals");
  }

  engineEnded(engine: Engine): number {
    this.#effect(`wait ${engine.pid}`);
    this.end(engine.pid);
    return this.script.end.report === "exited" ? this.script.end.code : 1;
  }

  stopEngine(engine: Engine): void {
    this.#effect(`stop ${engine.pid}`);
    this.#process(engine.pid).alive = false;
  }

  openGate(fifo: string, reader: ProcessIdentity): boolean {
    this.#effect(`open gate ${fifo}`);
    if (!this.runs(reader)) return false;
    this.#report(reader.pid, { report: "started" });
    return true;
  }

  abandonGate(fifo: string): void {
    this.#effect(`abandon gate ${fifo}`);
    this.files.delete(fifo);
  }

  runs(process: ProcessIdentity): boolean {
    const found = this.processes.get(process.pid);
    return found !== undefined && found.alive && found.startTime === process.startTime;
  }

  signal(process: ProcessIdentity, signal: number): boolean {
    if (!this.runs(process)) return false;
    this.#effect(`kill -${signal} ${process.pid}`);
    this.#process(process.pid).alive = false;
    return true;
  }

  gone(process: ProcessIdentity): boolean {
    this.#effect(`await end ${process.pid}`);
    return !this.runs(process);
  }

  /** The guest ends by itself. */
  end(pid: number): void {
    const process = this.#process(pid);
    if (process.alive) this.#report(pid, this.script.end);
    process.alive = false;
  }

  #report(pid: number, report: object): void {
    const { status } = this.#process(pid);
    this.files.set(status, `${this.files.get(status) ?? ""}${JSON.stringify(report)}\n`);
  }

  #process(pid: number): FakeProcess {
    const process = this.processes.get(pid);
    if (process === undefined) throw new Error(`no process ${pid}`);
    return process;
  }

  #parentOf(path: string): void {
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    if (!this.directories.has(parent)) throw new WrunError("not-found", `${parent} does not exist`);
  }

  #effect(line: string): void {
    if (this.log.push(line) - 1 === this.failAt) throw new WrunError("io", `fault at: ${line}`);
  }
}
