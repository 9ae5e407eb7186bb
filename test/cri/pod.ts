import { mkdirSync, readFileSync } from "node:fs";
import { hangTimeoutMs, until } from "../until.ts";
import type { CriClient, Message } from "./client.ts";

/** What a pod is made with. */
export interface PodOptions {
  readonly name: string;
  /** The RuntimeClass's handler. */
  readonly handler: string;
  /** A folder for the pod's logs. */
  readonly logs: string;
  readonly cgroupParent: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  /** shareProcessNamespace of a pod's spec. */
  readonly sharedProcesses?: boolean;
}

/** One container of a pod: an image, its command, and more of ContainerConfig. */
export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly config?: Message;
}

/** How a container is, as ContainerStatus has it. */
export interface ContainerStatus extends Message {
  readonly state: string;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A pod as a kubelet keeps it: a sandbox, and containers that it creates, starts, watches and stops. */
export class Pod {
  readonly id: string;
  readonly #cri: CriClient;
  readonly #config: Message;
  readonly #logs: string;

  private constructor(cri: CriClient, id: string, config: Message, logs: string) {
    this.#cri = cri;
    this.id = id;
    this.#config = config;
    this.#logs = logs;
  }

  static async run(cri: CriClient, options: PodOptions): Promise<Pod> {
    mkdirSync(options.logs, { recursive: true });
    const securityContext = { namespaceOptions: namespacesOf(options) };
    const config = {
      metadata: { name: options.name, uid: `uid-${options.name}`, namespace: "default" },
      hostname: options.name,
      logDirectory: options.logs,
      annotations: options.annotations ?? {},
      linux: { cgroupParent: options.cgroupParent, securityContext },
    };
    const answer = await cri.call("RunPodSandbox", { config, runtimeHandler: options.handler });
    return new Pod(cri, String(answer["podSandboxId"]), config, options.logs);
  }

  async create({ name, image, command, config }: ContainerOptions): Promise<PodContainer> {
    const answer = await this.#cri.call("CreateContainer", {
      podSandboxId: this.id,
      sandboxConfig: this.#config,
      config: {
        metadata: { name },
        image: { image },
        command,
        logPath: `${name}.log`,
        ...config,
        linux: this.#linuxOf(config),
      },
    });
    return new PodContainer(this.#cri, String(answer["containerId"]), `${this.#logs}/${name}.log`);
  }

  // A container is told the namespaces of its pod again.
  #linuxOf(config: Message = {}): Message {
    const pod = this.#config["linux"] as { readonly securityContext: Message };
    const own = (config["linux"] ?? {}) as { readonly securityContext?: Message };
    return { ...own, securityContext: { ...pod.securityContext, ...own.securityContext } };
  }

  /** Creates a container and starts it. */
  async start(options: ContainerOptions): Promise<PodContainer> {
    const container = await this.create(options);
    await container.start();
    return container;
  }

  async status(): Promise<Message> {
    const { status } = await this.#cri.call("PodSandboxStatus", { podSandboxId: this.id });
    return status as Message;
  }

  /** Ends the pod with all its containers, and removes it. */
  async remove(): Promise<void> {
    await this.#cri.call("StopPodSandbox", { podSandboxId: this.id });
    await this.#cri.call("RemovePodSandbox", { podSandboxId: this.id });
  }
}

// The containers of a pod share its network and ipc namespaces; each has its own processes, unless they share those, too.
function namespacesOf({ hostNetwork, sharedProcesses }: PodOptions): Message {
  return {
    network: hostNetwork === true ? "NODE" : "POD",
    pid: sharedProcesses === true ? "POD" : "CONTAINER",
    ipc: "POD",
  };
}

/** A container of a pod. */
export class PodContainer {
  readonly id: string;
  readonly #cri: CriClient;
  readonly #log: string;

  constructor(cri: CriClient, id: string, log: string) {
    this.#cri = cri;
    this.id = id;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.#cri.call("StartContainer", { containerId: this.id });
  }

  async status(): Promise<ContainerStatus> {
    const { status } = await this.#cri.call("ContainerStatus", { containerId: this.id });
    return status as ContainerStatus;
  }

  /** Waits for the container's end. */
  async ended(): Promise<ContainerStatus> {
    let status = await this.status();
    const hasEnded = async (): Promise<boolean> => {
      status = await this.status();
      return status.state === "CONTAINER_EXITED";
    };
    await until(`${this.id} has ended`, hasEnded, () => ({ status, log: this.lines() }));
    return status;
  }

  /** Stops it with so many seconds to end by itself. */
  async stop(grace: number): Promise<void> {
    await this.#cri.call("StopContainer", { containerId: this.id, timeout: grace });
  }

  async remove(): Promise<void> {
    await this.#cri.call("RemoveContainer", { containerId: this.id });
  }

  /** Runs a command in it to its end, as an exec probe does. */
  async execSync(
    cmd: readonly string[],
    timeout = hangTimeoutMs / 1000,
  ): Promise<{ stdout: string; stderr: string; code: number }> {
    const answer = await this.#cri.call("ExecSync", { containerId: this.id, cmd, timeout });
    const text = (name: string): string => new TextDecoder().decode(answer[name] as Uint8Array);
    return { stdout: text("stdout"), stderr: text("stderr"), code: Number(answer["exitCode"]) };
  }

  async stats(): Promise<Message> {
    const { stats } = await this.#cri.call("ContainerStats", { containerId: this.id });
    return stats as Message;
  }

  async update(linux: Message): Promise<void> {
    await this.#cri.call("UpdateContainerResources", { containerId: this.id, linux });
  }

  /** The log on disk: `TIME STREAM TAG TEXT` lines. */
  lines(): string[] {
    return readFileSync(this.#log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  }

  /** Waits until it has written a line: its end may be known before containerd has written all of its log. */
  async logged(line: string, stream: "stdout" | "stderr" = "stdout"): Promise<void> {
    const isLogged = (): boolean => this.text(stream).includes(line);
    await until(`${line} is in the log`, isLogged, () => this.lines().slice(-20));
  }

  /** What it wrote to stdout or stderr, from the log. */
  text(stream: "stdout" | "stderr" = "stdout"): string[] {
    const parsed = this.lines().map((line) => /^\S+ (stdout|stderr) [FP] (.*)$/.exec(line));
    return parsed.flatMap((found) => (found?.[1] === stream ? [found[2] ?? ""] : []));
  }
}
