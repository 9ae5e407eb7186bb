import { WrunError } from "../../oci/error.ts";
import type { EngineProcess } from "../../oci/exec.ts";
import type { Grant, HostPath } from "../../oci/grant.ts";
import type { GuestEnd } from "../../oci/report.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import type { TypedMessage } from "../cgroup/metrics.ts";
import { cgroupFoldersOf, removeCgroups } from "../cgroup/remove-cgroups.ts";
import { readResources } from "../cgroup/resources.ts";
import { Usage } from "../cgroup/usage.ts";
import { whenEnded } from "../host/children.ts";
import { oneLine } from "../one-line.ts";
import { whenEngineHandlesSignals } from "./engine-handler.ts";
import { startExec } from "./exec.ts";
import { Execs } from "./execs.ts";
import type { GuestReports } from "./guest-reports.ts";
import { checkMove, type Lifecycle, type Move } from "./lifecycle.ts";
import type { LowLevelRuntime } from "./low-level.ts";
import type { Pod } from "./pod.ts";
import { type RootfsMount, unmountRootfs } from "./rootfs.ts";
import type { StreamOwner } from "./stdio/fifo.ts";
import type { StdioNames } from "./stdio/process-io.ts";
import type { EndOfTask } from "./task-events.ts";
import type { Stopped, TaskProcess } from "./task-process.ts";

/** What a wasm container has beside a native one. */
export interface Guest {
  readonly grant: Grant;
  /** How its engine is started. */
  readonly engine: EngineProcess;
  readonly reports: GuestReports;
}

/** What a container is made of. */
export interface ContainerParts {
  readonly id: string;
  readonly bundle: HostPath;
  /** config.json as the low-level runtime has it. */
  readonly spec: RuntimeSpec;
  /** What was mounted for it. */
  readonly rootfs: readonly RootfsMount[];
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly pod: Pod;
  /** Of a wasm container. */
  readonly guest?: Guest;
  /** Who is to own the FIFOs of its streams. */
  readonly owner?: StreamOwner;
}

const sigkill = 9;
/** The exit status of what was never executed, as containerd's own shim gives it. */
const neverRun = 255;

/** One container from its creation on: its first process, and what is executed in it. */
export class Container implements ContainerParts {
  readonly id: string;
  readonly bundle: HostPath;
  readonly spec: RuntimeSpec;
  readonly rootfs: readonly RootfsMount[];
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly pod: Pod;
  readonly guest?: Guest;
  readonly owner?: StreamOwner;
  readonly #usage: Usage;
  readonly #execs = new Execs();
  readonly #gone = Promise.withResolvers<void>();
  /** Calls of containerd's, but for starts and deletions, that have not been answered yet. */
  readonly #calls = new Set<Promise<unknown>>();

  constructor(parts: ContainerParts) {
    this.id = parts.id;
    this.bundle = parts.bundle;
    this.spec = parts.spec;
    this.rootfs = parts.rootfs;
    this.runtime = parts.runtime;
    this.init = parts.init;
    this.pod = parts.pod;
    if (parts.guest !== undefined) this.guest = parts.guest;
    if (parts.owner !== undefined) this.owner = parts.owner;
    this.#usage = new Usage(parts.init.pid);
  }

  /** Resolves when the first process has ended, before anybody is told. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** From now on containerd is told of OOM kills, and of the end of the first process. */
  watch(): void {
    this.#usage.watch(() => this.pod.publish({ topic: "/tasks/oom", containerId: this.id }));
    void this.#watch(this.init);
  }

  /** The process of an exec, or the first one for "". */
  process(execId: string): TaskProcess {
    const process = execId === "" ? this.init : this.#execs.get(execId);
    if (process !== undefined) return process;
    throw new WrunError(
      "not-found",
      `process ${oneLine(execId, 100)} of container ${this.id} does not exist`,
    );
  }

  /** The first process, and those of execs. */
  get processes(): readonly TaskProcess[] {
    return [this.init, ...this.#execs.all];
  }

  /** Where a process is in its life; those of a paused container are paused. */
  statusOf({ lifecycle }: TaskProcess): Lifecycle["status"] {
    const isPaused = this.init.lifecycle.status === "paused";
    return isPaused && lifecycle.status === "running" ? "paused" : lifecycle.status;
  }

  /** Starts the first process, or one that addExec() has named; its pid. */
  async start(execId: string): Promise<number> {
    const process = this.process(execId);
    this.#check("start", process);
    this.#checkCalm("start", process);
    const starting = execId === "" ? this.#startInit() : this.#startExec(process);
    process.starting = starting.catch(() => undefined).finally(() => (process.starting = undefined));
    await starting;
    return process.pid;
  }

  /** Names a process that is to be executed; start() starts it. */
  addExec(execId: string, names: StdioNames, spec: string): void {
    this.#check("exec", this.init);
    this.#execs.add(execId, names, spec);
    this.pod.publish({ topic: "/tasks/exec-added", containerId: this.id, execId });
  }

  /** Signals a process, or all of the container. */
  kill(execId: string, signal: number, all: boolean): Promise<void> {
    return this.#counted(this.#kill(execId, signal, all));
  }

  async #kill(execId: string, signal: number, all: boolean): Promise<void> {
    const process = this.process(execId);
    this.#check("kill", process);
    const isRunning = process.lifecycle.status === "running";
    if (process === this.init && isRunning && signal !== sigkill && this.guest !== undefined)
      await whenEngineHandlesSignals(process.pid);
    if (process === this.init)
      return this.runtime.call("kill", [...(all ? ["--all"] : []), this.id, `${signal}`]);
    if (process.pid === 0) throw new WrunError("precondition", `${this.#name(process)} is not started`);
    if (!process.kill(signal))
      throw new WrunError("not-found", `${this.#name(process)}: process already finished`);
  }

  async pause(): Promise<void> {
    this.#check("pause", this.init);
    await this.#counted(this.runtime.call("pause", [this.id]));
    this.#nowIs("paused");
    this.pod.publish({ topic: "/tasks/paused", containerId: this.id });
  }

  async resume(): Promise<void> {
    this.#check("resume", this.init);
    await this.#counted(this.runtime.call("resume", [this.id]));
    this.#nowIs("running");
    this.pod.publish({ topic: "/tasks/resumed", containerId: this.id });
  }

  /** All processes in the container, in the host's numbering; once it has ended, its first one still (RATIONALE.md). */
  async pids(): Promise<readonly number[]> {
    if (this.init.lifecycle.status === "stopped") return [this.init.pid];
    return pidsIn(await this.#counted(this.runtime.output("ps", ["--format", "json", this.id])));
  }

  /** Changes the limits of the container's cgroup. */
  async update(resources: TypedMessage): Promise<void> {
    const { text, notes } = readResources(resources, this.guest !== undefined);
    for (const note of notes)
      this.pod.log.warning(`update: ${note.field}: ${note.text}`, { container: this.id });
    if (text !== undefined)
      await this.#counted(this.runtime.withInput("update", ["--resources", "-", this.id], text));
  }

  /** What the container uses now. */
  stats(): TypedMessage {
    return this.#usage.metrics();
  }

  /** Forgets a process that has ended, or was never started; the first one takes the container with it. */
  async delete(execId: string): Promise<TaskProcess> {
    const process = this.process(execId);
    this.#check("delete", process);
    this.#checkCalm("delete", process);
    process.deleting ??= this.#delete(process).finally(() => (process.deleting = undefined));
    await process.deleting;
    return process;
  }

  /** An end as containerd is told of it. */
  endOf({ pid }: TaskProcess, { exitStatus, exitedAt }: Stopped): EndOfTask {
    return { containerId: this.id, pid, exitStatus, exitedAt };
  }

  async #delete(process: TaskProcess): Promise<void> {
    if (process === this.init) await this.#remove();
    else if (process.lifecycle.status === "created") process.stop({ exitStatus: neverRun, at: new Date() });
    const stopped = await process.ended();
    await process.io?.drained();
    process.io?.close();
    if (process !== this.init) return this.#execs.remove(process);
    this.pod.publish({ topic: "/tasks/delete", id: "", ...this.endOf(process, stopped) });
  }

  async #counted<T>(call: Promise<T>): Promise<T> {
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  // containerd hangs up once Delete has been answered: a Kill that was not would fail with "ttrpc: closed", and with it
  // StopPodSandbox. runc's shim holds a lock for the length of each.
  async #answered(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
  }

  async #remove(): Promise<void> {
    await this.#answered();
    // One that has ended has left its cgroup: the low-level runtime can remove it at once.
    const isOver = this.init.lifecycle.status === "stopped";
    const folders = isOver ? [] : cgroupFoldersOf(this.init.pid, this.id);
    try {
      await this.runtime.call("delete", ["--force", this.id]);
    } catch (error) {
      if (!(error instanceof WrunError) || error.code !== "not-found") throw error;
    }
    // One that was made and not started, and that the low-level runtime does not know any more.
    if (this.init.lifecycle.status !== "stopped") this.init.kill(sigkill);
    await this.init.ended();
    await removeCgroups(folders);
    this.#usage[Symbol.dispose]();
    this.#execs.close();
    this.guest?.reports[Symbol.dispose]();
    unmountRootfs(this.rootfs, `${this.bundle}/rootfs`);
    await this.#answered();
  }

  async #startInit(): Promise<void> {
    this.init.io?.start();
    // `crun start` waits for ever for a process that has been killed in between.
    await this.runtime.call("start", [this.id], { pointless: this.gone });
    this.#nowIs("running");
    this.pod.publish({ topic: "/tasks/start", containerId: this.id, pid: this.init.pid });
  }

  async #startExec(process: TaskProcess): Promise<void> {
    this.#check("exec", this.init);
    try {
      await startExec(this, process);
    } catch (error) {
      process.stop({ exitStatus: neverRun, at: new Date() });
      throw error;
    }
    process.lifecycle = { status: "running" };
    this.#execs.started(process);
    const { execId, pid } = process;
    this.pod.publish({ topic: "/tasks/exec-started", containerId: this.id, execId, pid });
    void this.#watch(process);
  }

  // containerd hears of an end after it has heard of the start, and of the first process's last of all.
  async #watch(process: TaskProcess): Promise<void> {
    const ended = await whenEnded(process.pid);
    process.isReaped = true;
    if (process === this.init) this.#gone.resolve();
    await process.starting;
    if (process === this.init) await this.#endOthers();
    this.#usage.check();
    await process.io?.heard();
    const stopped = process.stop(ended);
    const end = process === this.init ? this.#explain() : undefined;
    const id = process === this.init ? this.id : process.execId;
    const more =
      process === this.init && this.guest !== undefined ? { end, report: this.guest.reports.text } : {};
    this.pod.publish({ topic: "/tasks/exit", id, ...this.endOf(process, stopped) }, more);
  }

  // The kernel ends a pid namespace with its first process. Where it is shared, somebody must.
  async #endOthers(): Promise<void> {
    const namespaces = this.spec.linux?.namespaces ?? [];
    const isPrivate = namespaces.some(({ type, path = "" }) => type === "pid" && path === "");
    if (!isPrivate) await this.runtime.call("kill", ["--all", this.id, `${sigkill}`]).catch(() => undefined);
    await this.#execs.end();
  }

  #explain(): GuestEnd | undefined {
    const end = this.guest?.reports.end();
    if (end?.report === "trapped" || end?.report === "failed")
      this.pod.log.info(`the guest ${end.report}: ${end.reason}`, { container: this.id });
    return end;
  }

  #nowIs(status: "paused" | "running"): void {
    if (this.init.lifecycle.status !== "stopped") this.init.lifecycle = { status };
  }

  #check(move: Move, process: TaskProcess): void {
    checkMove(move, process.lifecycle, this.#name(process));
  }

  // A start or a deletion takes several steps, which another one must not come between.
  #checkCalm(move: "start" | "delete", process: TaskProcess): void {
    const { busy } = process;
    if (busy === undefined || (busy === "deleted" && move === "delete")) return;
    throw new WrunError("precondition", `cannot ${move} ${this.#name(process)}: it is being ${busy}`);
  }

  #name({ execId }: TaskProcess): string {
    return execId === "" ? `container ${this.id}` : `process ${oneLine(execId, 100)} of container ${this.id}`;
  }
}

// An empty list is null in Go's JSON.
function pidsIn(printed: string): readonly number[] {
  try {
    const listed: unknown = JSON.parse(printed);
    return Array.isArray(listed) ? listed.filter((pid) => typeof pid === "number") : [];
  } catch (cause) {
    throw new WrunError("io", "OCI runtime ps has printed no list of processes", { cause });
  }
}
