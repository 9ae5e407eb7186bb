import { endOfGuest } from "./end-of-guest.ts";
import { WrunError } from "../../oci/error.ts";
import { isEdited } from "../../oci/engine-mount.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { native } from "../../native/native.ts";
import type { Cgroup } from "../cgroup/cgroup.ts";
import { findCgroup } from "../cgroup/find-cgroup.ts";
import { metricsOf, type TypedMessage } from "../cgroup/metrics.ts";
import { readResources } from "../cgroup/resources.ts";
import { type OomWatch, watchOom } from "../cgroup/watch-oom.ts";
import { whenEnded } from "../host/children.ts";
import { oneLine } from "../one-line.ts";
import { startExec } from "./exec.ts";
import { checkMove, type Lifecycle } from "./lifecycle.ts";
import type { LowLevelRuntime } from "./low-level.ts";
import type { Pod } from "./pod.ts";
import { type RootfsMount, unmountRootfs } from "./rootfs.ts";
import type { StdioNames } from "./stdio/process-io.ts";
import { type Stopped, TaskProcess } from "./task-process.ts";

/** What a container is made of. */
export interface ContainerParts {
  readonly id: string;
  readonly bundle: HostPath;
  /** config.json as the low-level runtime has it. */
  readonly spec: RuntimeSpec;
  readonly rootfs: readonly RootfsMount[];
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly pod: Pod;
}

const sigkill = 9;

/** One container from its creation on: its first process, and what is executed in it. */
export class Container {
  readonly id: string;
  readonly bundle: HostPath;
  readonly spec: RuntimeSpec;
  readonly rootfs: readonly RootfsMount[];
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly #pod: Pod;
  readonly #cgroup: Cgroup | undefined;
  #oom: OomWatch | undefined;
  readonly #execs = new Map<string, TaskProcess>();
  /** Processes of execs, kept while they run, whether or not they have been deleted. */
  readonly #running = new Set<TaskProcess>();

  constructor(parts: ContainerParts) {
    this.id = parts.id;
    this.bundle = parts.bundle;
    this.spec = parts.spec;
    this.rootfs = parts.rootfs;
    this.runtime = parts.runtime;
    this.init = parts.init;
    this.#pod = parts.pod;
    this.#cgroup = cgroupOf(parts.init.pid);
  }

  /** Waits for the end of the first process and for OOM kills from now on, and tells containerd. */
  watch(): void {
    if (this.#cgroup !== undefined) {
      const tell = (): void => this.#pod.publish({ topic: "/tasks/oom", containerId: this.id });
      this.#oom = watchOom(this.#cgroup, tell);
    }
    void this.#watch(this.init);
  }

  /** All processes in the container, in the host's numbering. */
  async pids(): Promise<readonly number[]> {
    const listed: unknown = JSON.parse(await this.runtime.output("ps", ["--format", "json", this.id]));
    return Array.isArray(listed) ? listed.filter((pid) => typeof pid === "number") : [];
  }

  /** Changes the limits of the container's cgroup. */
  async update(resources: TypedMessage): Promise<void> {
    const { text, notes } = readResources(resources, isEdited(this.spec));
    for (const note of notes) this.#pod.log.warning(`update: ${note.field}: ${note.text}`, { id: this.id });
    if (text !== undefined) await this.runtime.withInput("update", ["--resources", "-", this.id], text);
  }

  /** What the container uses now. */
  stats(): TypedMessage {
    if (this.#cgroup === undefined)
      throw new WrunError("not-found", `${this.#name(this.init)} has no cgroup`);
    return metricsOf(this.#cgroup);
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

  /** The execs that run, and the first process. */
  get processes(): readonly TaskProcess[] {
    return [this.init, ...this.#execs.values()];
  }

  /** Where a process is in its life; one of a paused container is paused too. */
  statusOf(process: TaskProcess): Lifecycle["status"] {
    const { status } = process.lifecycle;
    return status === "running" ? this.init.lifecycle.status : status;
  }

  /** Starts the first process, or one that addExec() has named; its pid. */
  async start(execId: string): Promise<number> {
    const process = this.process(execId);
    checkMove("start", process.lifecycle, this.#name(process));
    const starting = execId === "" ? this.#startInit() : this.#startExec(process);
    process.starting = starting.catch(() => undefined);
    await starting;
    return process.pid;
  }

  /** Names a process that is to be executed; it starts by start(). */
  addExec(execId: string, names: StdioNames, spec: string): void {
    checkMove("exec", this.init.lifecycle, this.#name(this.init));
    if (execId === "") throw new WrunError("invalid", `exec in ${this.id}: it has no id`);
    if (this.#execs.has(execId))
      throw new WrunError("exists", `process ${oneLine(execId, 100)} of container ${this.id} exists`);
    this.#execs.set(execId, new TaskProcess(execId, names, spec));
    this.#pod.publish({ topic: "/tasks/exec-added", containerId: this.id, execId });
  }

  async kill(execId: string, signal: number, all: boolean): Promise<void> {
    const process = this.process(execId);
    checkMove("kill", process.lifecycle, this.#name(process));
    if (process === this.init)
      return this.runtime.call("kill", [...(all ? ["--all"] : []), this.id, `${signal}`]);
    if (process.pid === 0) throw new WrunError("precondition", `${this.#name(process)} is not started`);
    // Ours to wait for, and not waited for yet: the pid is still its own.
    if (native.kill(process.pid, signal) < 0)
      throw new WrunError("not-found", `${this.#name(process)}: process already finished`);
  }

  async pause(): Promise<void> {
    checkMove("pause", this.init.lifecycle, this.#name(this.init));
    await this.runtime.call("pause", [this.id]);
    this.#pauseIs("paused");
    this.#pod.publish({ topic: "/tasks/paused", containerId: this.id });
  }

  async resume(): Promise<void> {
    checkMove("resume", this.init.lifecycle, this.#name(this.init));
    await this.runtime.call("resume", [this.id]);
    this.#pauseIs("running");
    this.#pod.publish({ topic: "/tasks/resumed", containerId: this.id });
  }

  /** Forgets a process that has ended; the first one takes the container with it. */
  async delete(execId: string): Promise<TaskProcess> {
    const process = this.process(execId);
    checkMove("delete", process.lifecycle, this.#name(process));
    await process.io?.drained();
    if (process === this.init) await this.#remove();
    else this.#execs.delete(execId);
    process.io?.close();
    return process;
  }

  async #remove(): Promise<void> {
    try {
      await this.runtime.call("delete", ["--force", this.id]);
    } catch (error) {
      if (!(error instanceof WrunError) || error.code !== "not-found") throw error;
    }
    this.#oom?.[Symbol.dispose]();
    for (const exec of this.#execs.values()) exec.io?.close();
    unmountRootfs(`${this.bundle}/rootfs`);
  }

  async #startInit(): Promise<void> {
    await this.runtime.call("start", [this.id]);
    if (this.init.lifecycle.status === "created") this.init.lifecycle = { status: "running" };
    this.#pod.publish({ topic: "/tasks/start", containerId: this.id, pid: this.init.pid });
  }

  async #startExec(process: TaskProcess): Promise<void> {
    checkMove("exec", this.init.lifecycle, this.#name(this.init));
    try {
      await startExec(this, process, this.#pod);
    } catch (error) {
      process.stop({ exitStatus: 255, at: new Date() });
      throw error;
    }
    process.lifecycle = { status: "running" };
    this.#running.add(process);
    const { execId, pid } = process;
    this.#pod.publish({ topic: "/tasks/exec-started", containerId: this.id, execId, pid });
    void this.#watch(process);
  }

  // containerd hears of an end after it has heard of the start, and of the first process's last of all.
  async #watch(process: TaskProcess): Promise<void> {
    const ended = await whenEnded(process.pid);
    await process.starting;
    if (process === this.init) await this.#endOthers();
    this.#oom?.check();
    const stopped = process.stop(ended);
    this.#running.delete(process);
    if (process === this.init) this.#explain();
    this.#pod.publish({
      topic: "/tasks/exit",
      id: process.execId || this.id,
      ...this.endOf(process, stopped),
    });
  }

  /** An end as containerd is told of it. */
  endOf(
    process: TaskProcess,
    { exitStatus, exitedAt }: Stopped,
  ): {
    readonly containerId: string;
    readonly pid: number;
    readonly exitStatus: number;
    readonly exitedAt: Date;
  } {
    return { containerId: this.id, pid: process.pid, exitStatus, exitedAt };
  }

  // The kernel ends a pid namespace with its first process. Where it is shared, somebody must.
  async #endOthers(): Promise<void> {
    const namespaces = this.spec.linux?.namespaces ?? [];
    const isPrivate = namespaces.some(({ type, path = "" }) => type === "pid" && path === "");
    if (!isPrivate) await this.runtime.call("kill", ["--all", this.id, `${sigkill}`]).catch(() => undefined);
    await Promise.all([...this.#running].map(({ ended }) => ended));
  }

  #explain(): void {
    const end = endOfGuest(this.spec);
    if (end?.report === "trapped" || end?.report === "failed")
      this.#pod.log.info(`the guest ${end.report}: ${end.reason}`, { id: this.id });
  }

  #pauseIs(status: "paused" | "running"): void {
    if (this.init.lifecycle.status !== "stopped") this.init.lifecycle = { status };
  }

  #name({ execId }: TaskProcess): string {
    return execId === "" ? `container ${this.id}` : `process ${oneLine(execId, 100)} of container ${this.id}`;
  }
}

// Asked at once: a container may move its processes deeper later. One that has none, or whose process is dead already, is
// a container all the same.
function cgroupOf(pid: number): Cgroup | undefined {
  try {
    return findCgroup(pid);
  } catch {
    return undefined;
  }
}
