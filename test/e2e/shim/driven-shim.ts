import type { Caller } from "../../../shim/transport/service.ts";
import { connect } from "../../../shim/transport/socket-stream.ts";
import { statusCodeOf } from "../../../shim/transport/status.ts";
import { type RemoteTask, remoteTask, type TaskVersion } from "../../../shim/transport/task.ts";
import { TtrpcClient } from "../../../shim/transport/ttrpc/client.ts";
import { hangTimeoutMs } from "../../until.ts";
import type { Namespaces } from "../containerd/namespaces.ts";
import { rootfsOf } from "./bundles.ts";
import type { Endpoint } from "./calls.ts";

/** The longest that a call may take, in milliseconds: a shim that hangs fails a test by its name. */
const timeoutMs = hangTimeoutMs;

/** A request of Create's, but for what every container has. */
export type CreateOptions = Omit<Parameters<RemoteTask["create"]>[0], "id" | "bundle" | "rootfs">;

/** A shim that serves, as containerd has it: a connection to the address that `start` printed. */
export class DrivenShim {
  readonly endpoint: Endpoint;
  readonly task: RemoteTask;
  readonly #client: TtrpcClient;
  readonly #caller: Caller;
  readonly #bundleOf: (id: string) => string;

  constructor(endpoint: Endpoint, namespaces: Namespaces, bundleOf: (id: string) => string) {
    this.endpoint = endpoint;
    this.#client = new TtrpcClient(connect(namespaces.path(endpoint.address.replace(/^unix:\/\//, ""))));
    this.#caller = {
      call: (target, options) => this.#client.call(target, { timeoutMs, ...options }),
    };
    this.task = this.version(endpoint.version === 3 ? 3 : 2);
    this.#bundleOf = bundleOf;
  }

  /** The other version of the service, too. */
  version(version: TaskVersion): RemoteTask {
    return remoteTask(this.#caller, version);
  }

  /** Creates a container from its bundle; its pid. Standard streams are nobody's unless `options` name them. */
  async create(id: string, options: CreateOptions = {}): Promise<number> {
    const bundle = this.#bundleOf(id);
    const { pid } = await this.task.create({ id, bundle, rootfs: rootfsOf(bundle), ...options });
    return pid;
  }

  /** Creates a container and starts it; its pid. */
  async run(id: string, options: CreateOptions = {}): Promise<number> {
    await this.create(id, options);
    return (await this.task.start({ id })).pid;
  }

  /** Waits for a container's end, and deletes it; its exit status. */
  async end(id: string): Promise<number> {
    const { exitStatus } = await this.task.wait({ id });
    await this.task.delete({ id });
    return exitStatus;
  }

  /** Kills a container and deletes it; its exit status. */
  async remove(id: string): Promise<number> {
    await this.task.kill({ id, signal: 9, all: true });
    return this.end(id);
  }

  /** Resolves when the connection has ended. */
  get ended(): Promise<unknown> {
    return this.#client.ended;
  }

  close(): void {
    this.#client.close();
  }
}

/** The status code by which a call failed; undefined where it did not. */
export async function refusal(call: Promise<unknown>): Promise<number | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => statusCodeOf(error),
  );
}
