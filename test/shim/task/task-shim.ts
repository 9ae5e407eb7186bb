import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { WrunError } from "../../../oci/error.ts";
import { containerd } from "../../../proto/gen/options.js";
import { becomeSubreaper } from "../../../shim/host/children.ts";
import { TaskService } from "../../../shim/task/service.ts";
import { shimLog } from "../../../shim/task/shim-log.ts";
import type { TaskEvent } from "../../../shim/task/task-events.ts";
import { statusCodeOf } from "../../../shim/transport/status.ts";
import { type RemoteTask, remoteTask, taskServices } from "../../../shim/transport/task.ts";
import { TtrpcClient } from "../../../shim/transport/ttrpc/client.ts";
import { TtrpcServer } from "../../../shim/transport/ttrpc/server.ts";
import { streamPair } from "../../fakes/stream-pair.ts";

const fakeRuntime = new URL("fake-runtime.sh", import.meta.url).pathname;

becomeSubreaper();

/** What a container's processes do, in shell. */
export interface FakeScripts {
  readonly run?: string;
  readonly exec?: string;
  /** Laid over config.json. */
  readonly config?: object;
}

/** The Task service in this process, called over ttrpc, with a low-level runtime of a few lines of shell. */
export class TaskShim {
  readonly folder: string;
  readonly events: TaskEvent[] = [];
  readonly logged: string[] = [];
  readonly service: TaskService;
  readonly server: TtrpcServer;
  readonly task: RemoteTask;
  shutDowns = 0;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(`${folder}/state/test`, { recursive: true });
    mkdirSync(`${folder}/sockets`);
    this.service = new TaskService(
      {
        namespace: "test",
        address: `${folder}/containerd.sock`,
        log: shimLog((line) => this.logged.push(line), { fields: {}, level: "info" }),
        sockets: `${folder}/sockets`,
        openFiles: undefined,
        publish: (event) => this.events.push(event),
        room: async () => undefined,
      },
      () => (this.shutDowns += 1),
    );
    this.server = new TtrpcServer(taskServices(this.service.handlers));
    this.task = remoteTask(this.connect(), 3);
  }

  /** A connection of a client's. */
  connect(): TtrpcClient {
    const [there, here] = streamPair();
    void this.server.serve(there);
    return new TtrpcClient(here);
  }

  /** A folder's file among the low-level runtime's containers: see fake-runtime.sh. */
  state(name: string): string {
    return `${this.folder}/state/test/${name}`;
  }

  /** The low-level runtime's calls, by their verbs. */
  get verbs(): readonly string[] {
    if (!existsSync(this.state("calls"))) return [];
    return readFileSync(this.state("calls"), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "");
  }

  /** The runtime's options of a request. */
  options(more: containerd.runc.v1.Options.$Properties = {}) {
    const options = { binaryName: fakeRuntime, root: `${this.folder}/state`, ...more };
    return {
      type_url: "containerd.runc.v1.Options",
      value: containerd.runc.v1.Options.encode(options).finish(),
    };
  }

  /** Writes a native container's bundle. */
  bundle(id: string, { run = "exit 0", exec = "exit 0", config = {} }: FakeScripts = {}): string {
    const bundle = `${this.folder}/${id}`;
    mkdirSync(`${bundle}/rootfs`, { recursive: true });
    writeFileSync(`${bundle}/rootfs/app`, "#!/bin/sh\n", { mode: 0o755 });
    writeFileSync(`${bundle}/run.sh`, run);
    writeFileSync(`${bundle}/exec.sh`, exec);
    const process = { args: ["/app"], cwd: "/", env: [], user: { uid: 0, gid: 0 } };
    const linux = { namespaces: [{ type: "pid" }] };
    const spec = { ociVersion: "1.0.2", root: { path: "rootfs" }, process, linux, ...config };
    writeFileSync(`${bundle}/config.json`, JSON.stringify(spec));
    return bundle;
  }

  /** Makes a container; its pid. */
  async create(id: string, scripts: FakeScripts = {}, more: object = {}): Promise<number> {
    const bundle = this.bundle(id, scripts);
    const { pid } = await this.task.create({ id, bundle, options: this.options(), ...more });
    return pid;
  }

  /** Makes a container, starts it, and waits for its end. */
  async live(id: string, scripts: FakeScripts = {}): Promise<number> {
    await this.create(id, scripts);
    await this.task.start({ id });
    return (await this.task.wait({ id })).exitStatus;
  }

  /** The process of an exec, as containerd asks for one. */
  get execSpec() {
    const spec = { args: ["/app"], cwd: "/", env: [], user: { uid: 0, gid: 0 } };
    return {
      type_url: "types.containerd.io/opencontainers/runtime-spec/1/Process",
      value: Buffer.from(JSON.stringify(spec)),
    };
  }

  /** The topics of the events so far, with the id of the process they are about. */
  get told(): readonly string[] {
    return this.events.map((event) => `${event.topic.slice("/tasks/".length)} ${subjectOf(event)}`);
  }
}

function subjectOf(event: TaskEvent): string {
  if ("execId" in event) return event.execId;
  return "id" in event && event.id !== "" ? event.id : event.containerId;
}

/** How a call was refused: its gRPC code and its message; 0 where it was not. */
export async function refusal(call: Promise<unknown>): Promise<readonly [number, string]> {
  try {
    await call;
    return [0, ""];
  } catch (error) {
    if (!(error instanceof WrunError)) throw error;
    return [statusCodeOf(error) ?? -1, error.message];
  }
}
