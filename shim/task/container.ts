import { native } from "../../native/native.ts";
import { isEdited } from "../../oci/engine-mount.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { GuestEnd } from "../../oci/report.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import type { TypedMessage } from "../cgroup/metrics.ts";
import { readResources } from "../cgroup/resources.ts";
import { Usage } from "../cgroup/usage.ts";
import { whenEnded } from "../host/children.ts";
import { oneLine } from "../one-line.ts";
import { endOfGuest } from "./end-of-guest.ts";
import { whenEngineHandlesSignals } from "./engine-handler.ts";
import { startExec } from "./exec.ts";
import { Execs } from "./execs.ts";
import { checkMove, type Lifecycle, type Move } from "./lifecycle.ts";
import type { LowLevelRuntime } from "./low-level.ts";
import type { Pod } from "./pod.ts";
import { type RootfsMount, unmountRootfs } from "./rootfs.ts";
import type { StdioNames } from "./stdio/process-io.ts";
import type { EndOfTask } from "./task-events.ts";
import type { Stopped, TaskProcess } from "./task-process.ts";

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
}

const sigkill = 9;

/** One container from its creation on: its first process, and what is executed in it. */
export class Container implements ContainerParts {
  readonly id: string;
  readonly bundle: HostPath;
  readonly spec: RuntimeSpec;
  readonly rootfs: readonly RootfsMount[];
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly pod: Pod;
  readonly #usage: Usage;
  readonly #execs = new Execs();

  constructor(parts: ContainerParts) {
    this.id = parts.id;
    this.bundle = parts.bundle;
    this.spec = parts.spec;
    this.rootfs = parts.rootfs;
    this.runtime = parts.runtime;
    this.init = parts.init;
    this.pod = parts.pod;
    this.#usage = new Usage(parts.init.pid);
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
    const starting = execId === "" ? this.#startInit() : this.#startExec(process);
    process.starting = starting.catch(() => undefined);
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
  async kill(execId: string, signal: number, all: boolean): Promise<void> {
    const process = this.process(execId);
    this.#check("kill", process);
    const isRunning = process.lifecycle.status === "running";
    if (process === this.init && isRunning && signal !== sigkill && isEdited(this.spec))
      await whenEngineHandlesSignals(process.pid);
    if (process === this.init)
      return this.runtime.call("kill", [...(all ? ["--all"] : []), this.id, `${signal}`]);
    if (process.pid === 0) throw new WrunError("precondition", `${this.#name(process)} is not started`);
    // Ours to wait for, and not waited for yet: the pid is still its own.
    if (native.kill(process.pid, signal) < 0)
      throw new WrunError("not-found", `${this.#name(process)}: process already finished`);
  }

  async pause(): Promise<void> {
    this.#check("pause", this.init);
    await this.runtime.call("pause", [this.id]);
    this.#nowIs("paused");
    this.pod.publish({ topic: "/tasks/paused", containerId: this.id });
  }

  async resume(): Promise<void> {
    this.#check("resume", this.init);
    await this.runtime.call("resume", [this.id]);
    this.#nowIs("running");
    this.pod.publish({ topic: "/tasks/resumed", containerId: this.id });
  }

  /** All processes in the container, in the host's numbering. */
  async pids(): Promise<readonly number[]> {
    const listed: unknown = JSON.parse(await this.runtime.output("ps", ["--format", "json", this.id]));
    return Array.isArray(listed) ? listed.filter((pid) => typeof pid === "number") : [];
  }

  /** Changes the limits of the container's cgroup. */
  async update(resources: TypedMessage): Promise<void> {
    const { text, notes } = readResources(resources, isEdited(this.spec));
    for (const note of notes)
      this.pod.log.warning(`update: ${note.field}: ${note.text}`, { container: this.id });
    if (text !== undefined) await this.runtime.withInput("update", ["--resources", "-", this.id], text);
  }

  /** What the container uses now. */
  stats(): TypedMessage {
    return this.#usage.metrics();
  }

  /** Forgets a process that has ended; the first one takes the container with it. */
  async delete(execId: string): Promise<TaskProcess> {
    const process = this.process(execId);
    this.#check("delete", process);
    await process.io?.drained();
    if (process === this.init) await this.#remove();
    else this.#execs.remove(process);
    process.io?.close();
    return process;
  }

  /** An end as containerd is told of it. */
  endOf({ pid }: TaskProcess, { exitStatus, exitedAt }: Stopped): EndOfTask {
    return { containerId: this.id, pid, exitStatus, exitedAt };
  }

  async #remove(): Promise<void> {
    try {
      await this.runtime.call("delete", ["--force", this.id]);
    } catch (error) {
      if (!(error instanceof WrunError) || error.code !== "not-found") throw error;
    }
    this.#usage[Symbol.dispose]();
    this.#execs.close();
    if (this.rootfs.length > 0) unmountRootfs(`${this.bundle}/rootfs`);
  }

  async #startInit(): Promise<void> {
    await this.runtime.call("start", [this.id]);
    this.#nowIs("running");
    this.pod.publish({ topic: "/tasks/start", containerId: this.id, pid: this.init.pid });
  }

  async #startExec(process: TaskProcess): Promise<void> {
    this.#check("exec", this.init);
    try {
      await startExec(this, process);
    } catch (error) {
      process.stop({ exitStatus: 255, at: new Date() });
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
    await process.starting;
    if (process === this.init) await this.#endOthers();
    this.#usage.check();
    const stopped = process.stop(ended);
    const end = process === this.init ? this.#explain() : undefined;
    const id = process === this.init ? this.id : process.execId;
    const more = end === undefined ? {} : { end };
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
    const end = endOfGuest(this.spec);
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

  #name({ execId }: TaskProcess): string {
    return execId === "" ? `container ${this.id}` : `process ${oneLine(execId, 100)} of container ${this.id}`;
  }
}
