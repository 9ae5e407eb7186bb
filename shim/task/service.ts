import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { isContainerId } from "../container-id.ts";
import { oneLine } from "../one-line.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { readOptions } from "../transport/options.ts";
import type { Task } from "../transport/task.ts";
import type { Container } from "./container.ts";
import { createContainer } from "./create.ts";
import { timestamp } from "../transport/task-events.ts";
import { answer, namesOf, processDetails, rootfsOf, statusNumber } from "./messages.ts";
import type { Pod } from "./pod.ts";

/** Linux has no signals past it. */
const lastSignal = 64;

/** What a shim does for containerd, for all containers of a pod (containerd: api/runtime/task/v3/shim.proto). */
export class TaskService {
  readonly #pod: Pod;
  readonly #shutDown: () => void;
  readonly #containers = new Map<string, Container>();
  /** Ids of containers that are being made. */
  readonly #making = new Set<string>();
  /** containerd has no use for us any more. */
  #isOver = false;

  /** `shutDown` is called when containerd has no use for the shim any more. */
  constructor(pod: Pod, shutDown: () => void) {
    this.#pod = pod;
    this.#shutDown = shutDown;
  }

  /** From now on no container is made: whoever asks for one would lose it with the shim. */
  close(): void {
    this.#isOver = true;
  }

  /** Whether it holds no container. */
  get isEmpty(): boolean {
    return this.#containers.size + this.#making.size === 0;
  }

  /** The rpcs. */
  get handlers(): Task {
    return {
      create: async (request, { metadata }) => {
        const { id } = request;
        const traceparent = metadata.get("traceparent")?.[0];
        this.#checkNew(id);
        const options = request.options ? readOptions(request.options, this.#pod.log) : undefined;
        const pid = await this.#create({
          id,
          bundle: bundleOf(request.bundle),
          rootfs: rootfsOf(request.rootfs ?? []),
          names: namesOf(request),
          checkpoint: request.checkpoint,
          ...(options === undefined ? {} : { options }),
          ...(traceparent === undefined ? {} : { traceparent }),
        });
        return { pid };
      },
      start: async ({ id, execId }) => ({ pid: await this.#container(id).start(execId) }),
      state: ({ id, execId }) => {
        const container = this.#container(id);
        const process = container.process(execId);
        const { names, pid } = process;
        const status = statusNumber[container.statusOf(process)];
        return { id, bundle: container.bundle, execId, pid, status, ...names, ...answer(process) };
      },
      wait: async ({ id, execId }, { signal }) => {
        const { exitStatus, exitedAt } = await this.#container(id).process(execId).ended(signal);
        return { exitStatus, exitedAt: timestamp(exitedAt) };
      },
      kill: async ({ id, execId, signal, all }) => {
        if (signal > lastSignal) throw new WrunError("invalid", `signal ${signal}: 1 to ${lastSignal}`);
        await this.#container(id).kill(execId, signal, all);
        return {};
      },
      delete: async ({ id, execId }) => this.#delete(id, execId),
      exec: async (request) => {
        const { id, execId, spec } = request;
        // A process that is named and never started is an event that costs its caller next to nothing.
        await this.#pod.room();
        this.#container(id).addExec(execId, namesOf(request), text(spec?.value));
        return {};
      },
      pids: async ({ id }) => {
        const container = this.#container(id);
        const pids = await container.pids();
        return { processes: pids.map((pid) => processDetails(pid, container.processes)) };
      },
      pause: async ({ id }) => {
        await this.#container(id).pause();
        return {};
      },
      resume: async ({ id }) => {
        await this.#container(id).resume();
        return {};
      },
      checkpoint: ({ id }) => {
        throw new WrunError("unsupported", `${oneLine(id, 100)}: containers cannot be checkpointed`);
      },
      resizePty: ({ id, execId, width, height }) => {
        this.#container(id).process(execId).io?.resize(height, width);
        return {};
      },
      closeIO: ({ id, execId, stdin }) => {
        const process = this.#container(id).process(execId);
        if (stdin) process.closeStdin();
        return {};
      },
      update: async ({ id, resources }) => {
        await this.#container(id).update({
          type_url: resources?.type_url ?? "",
          value: resources?.value ?? new Uint8Array(),
        });
        return {};
      },
      stats: ({ id }) => ({ stats: this.#container(id).stats() }),
      connect: ({ id }) => {
        const container = this.#container(id);
        for (const { lifecycle, io } of container.processes)
          if (lifecycle.status === "stopped") io?.letReadersIn();
        return { shimPid: native.getpid(), taskPid: container.init.pid, version: "" };
      },
      shutdown: () => {
        if (!this.isEmpty || this.#isOver) return {};
        this.close();
        this.#shutDown();
        return {};
      },
    };
  }

  async #create(request: Parameters<typeof createContainer>[0]): Promise<number> {
    const { id, bundle, rootfs, names, checkpoint } = request;
    this.#making.add(id);
    try {
      const container = await createContainer(request, this.#pod);
      this.#containers.set(id, container);
      const { pid } = container.init;
      const { spec, guest } = container;
      const { file: report } = guest?.reports ?? {};
      const traced = request.traceparent === undefined ? {} : { traceparent: request.traceparent };
      this.#pod.publish(
        { topic: "/tasks/create", containerId: id, bundle, rootfs, io: names, checkpoint, pid },
        {
          container: {
            spec,
            grant: guest?.grant,
            id,
            bundle,
            ...(report === undefined ? {} : { report }),
            ...traced,
          },
        },
      );
      container.watch();
      return pid;
    } finally {
      this.#making.delete(id);
    }
  }

  async #delete(id: string, execId: string): Promise<ReturnType<typeof answer> & { pid: number }> {
    const container = this.#container(id);
    const process = await container.delete(execId);
    if (process === container.init && this.#containers.get(id) === container) this.#containers.delete(id);
    return { pid: process.pid, ...answer(process) };
  }

  #container(id: string): Container {
    const container = this.#containers.get(id);
    if (container !== undefined) return container;
    throw new WrunError("not-found", `container ${JSON.stringify(oneLine(id, 100))} does not exist`);
  }

  #checkNew(id: string): void {
    if (!isContainerId(id))
      throw new WrunError("invalid", `container id ${JSON.stringify(oneLine(id, 100))}`);
    if (this.#isOver) throw new WrunError("precondition", `container ${id}: the shim is shutting down`);
    if (this.#containers.has(id) || this.#making.has(id))
      throw new WrunError("exists", `container ${id} exists`);
  }
}

// containerd's own are absolute. Of another one only our working directory would say what it is.
function bundleOf(name: string): HostPath {
  const bundle = absolutePath(name, "/");
  if (name.startsWith("/") && bundle !== "/") return bundle;
  throw new WrunError(
    "invalid",
    `bundle ${JSON.stringify(oneLine(name, 300))}: no absolute path of a folder`,
  );
}

function text(bytes: Uint8Array | null | undefined): string {
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}
