import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerd as bootstrap } from "../../../proto/gen/bootstrap.js";
import { containerd as task } from "../../../proto/gen/task.js";
import { wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { Namespaces, processesIn } from "../containerd/namespaces.ts";
import { removeCgroups } from "../containerd/traces.ts";
import { type BundleOptions, writeTaskBundle } from "./bundles.ts";
import {
  type Call,
  deleteCall,
  infoCall,
  readAnswer,
  startCall,
  type Version,
  versionCall,
} from "./calls.ts";
import { DrivenShim, refusal } from "./driven-shim.ts";
import { EventSink } from "./event-sink.ts";
import { drain } from "./fifos.ts";

/** What a containerd is, for the shims that it calls. */
export interface MockOptions {
  readonly version?: Version;
  readonly lowLevel?: "crun" | "runc";
  /** What is in containerd's own environment beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly debug?: boolean;
}

/** How a call of the shim's program ended. containerd reads both streams of `start` as one. */
export interface Answered {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** How one container is started and deleted. */
export interface CallOptions {
  /** google.protobuf.Any of the runtime's options. */
  readonly options?: Uint8Array;
  /** Instead of the bundle. */
  readonly cwd?: string;
}

/** Calls wrun's shim as a containerd of some version does, and takes its events, in namespaces of a test's own. */
export class MockContainerd implements AsyncDisposable {
  readonly version: Version;
  readonly folder: string;
  readonly namespaces: Namespaces;
  readonly namespace: string;
  readonly events: EventSink;
  readonly #options: MockOptions;
  readonly #logs = new Map<string, number>();
  readonly #shims: DrivenShim[] = [];
  #calls = 0;

  private constructor(namespaces: Namespaces, options: MockOptions) {
    this.version = options.version ?? "1.7";
    this.folder = mkdtempSync(join(tmpdir(), "wrun-shim-"));
    this.namespaces = namespaces;
    this.namespace = `wrun-${namespaces.pid}`;
    this.#options = options;
    mkdirSync(`${this.folder}/bin`);
    symlinkSync(wrun, this.program);
    this.events = new EventSink(`${this.address}.ttrpc`);
  }

  static async open(options: MockOptions = {}): Promise<MockContainerd> {
    return new MockContainerd(await Namespaces.open(), options);
  }

  /** The shim's program, by the name that containerd looks for. */
  get program(): string {
    return `${this.folder}/bin/containerd-shim-wrun-v1`;
  }

  get address(): string {
    return `${this.folder}/containerd.sock`;
  }

  bundleOf(id: string): string {
    return `${this.folder}/state/${this.namespace}/${id}`;
  }

  /** Writes a container's bundle, as containerd leaves it for `start`; its folder. */
  bundle(id: string, options: BundleOptions = {}): string {
    return writeTaskBundle(this.bundleOf(id), { cgroupsPath: `/${this.namespace}/${id}`, ...options });
  }

  /** Takes a bundle away, and the layers of its container, as containerd does once that is deleted. */
  removeBundle(id: string): void {
    for (const path of [this.bundleOf(id), `${this.bundleOf(id)}.layers`]) rmSync(path, { recursive: true });
  }

  /** `start`, with its log being read; what it printed is not looked at. */
  async callStart(id: string, options: CallOptions = {}): Promise<Answered> {
    this.#readLog(id);
    return this.#call(startCall({ ...this.#callerOf(id), ...options }), options.cwd ?? this.bundleOf(id));
  }

  /** `start`, and a connection to the shim that it has left or found. */
  async start(id: string, options: CallOptions = {}): Promise<DrivenShim> {
    const { code, stdout, stderr } = await this.callStart(id, options);
    if (code !== 0 || stderr !== "") throw new Error(`start: ${code} ${stderr}`);
    const endpoint = readAnswer(this.version, stdout);
    const shim = new DrivenShim(endpoint, this.namespaces, (each) => this.bundleOf(each));
    this.#shims.push(shim);
    // It listens from its first moment on; by its answer it has come to itself, and shows in /proc what it is.
    await refusal(shim.task.state({ id: "" }));
    return shim;
  }

  /** `delete`, with what it printed. */
  async callDelete(id: string, { cwd }: CallOptions = {}): Promise<Answered> {
    return this.#call(deleteCall(this.#callerOf(id)), cwd ?? this.bundleOf(id));
  }

  /** `delete`, as containerd reads it: there must be an answer, and nothing beside it. */
  async delete(
    id: string,
  ): Promise<{ readonly pid: number; readonly exitStatus: number; readonly exitedAt: number }> {
    const { code, stdout, stderr } = await this.callDelete(id);
    if (code !== 0 || stderr !== "") throw new Error(`delete: ${code} ${stderr}`);
    const { pid, exitStatus, exitedAt } = task.task.v3.DeleteResponse.decode(stdout);
    return { pid, exitStatus, exitedAt: exitedAt?.seconds ?? 0 };
  }

  /** `-info`, in whatever folder containerd runs. */
  async info(options?: Uint8Array): Promise<bootstrap.types.RuntimeInfo> {
    const answered = await this.#call(infoCall(options === undefined ? {} : { options }), "/");
    if (answered.code !== 0 || answered.stderr !== "") throw new Error(`-info: ${answered.stderr}`);
    return bootstrap.types.RuntimeInfo.decode(answered.stdout);
  }

  /** `-v`. */
  async callVersion(): Promise<Answered> {
    return this.#call(versionCall, "/");
  }

  /** Runs a program inside to its end. */
  async run(command: readonly string[], cwd = this.folder): Promise<Answered> {
    return this.#run(command, cwd, { env: {}, stdin: "ignore" });
  }

  /** What the shim of a container has written into its log. */
  log(id: string): string {
    const fd = this.#logs.get(id);
    return fd === undefined ? "" : drain(fd);
  }

  /** The shims that serve, by their pids inside. */
  get shims(): number[] {
    return [...processesIn(this.namespaces)]
      .filter(([, command]) => /^\S*containerd-shim-wrun-v1 .* start$/.test(command))
      .map(([pid]) => pid);
  }

  /** Kills the only shim, and waits until nothing of it is there: its socket takes connections until it is gone. */
  async killShim(): Promise<void> {
    const [pid = 0] = this.shims;
    await this.run(["kill", "-KILL", `${pid}`]);
    await until("the shim is gone", () => !existsSync(this.namespaces.path(`/proc/${pid}`)));
  }

  /** How many descriptors the shims that serve have open. */
  get descriptors(): number {
    const folders = this.shims.map((pid) => this.namespaces.path(`/proc/${pid}/fd`));
    return folders.reduce((sum, folder) => sum + readdirSync(folder).length, 0);
  }

  /** A file of /proc of a process inside. */
  proc(pid: number, file: string): string {
    return readFileSync(this.namespaces.path(`/proc/${pid}/${file}`), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const shim of this.#shims) shim.close();
    await this.namespaces.close();
    await this.events.close();
    for (const fd of this.#logs.values()) closeSync(fd);
    await removeCgroups(this.namespace);
    rmSync(this.folder, { recursive: true, force: true });
  }

  // containerd holds the reading end of the FIFO from before `start`.
  #readLog(id: string): void {
    const path = `${this.bundleOf(id)}/log`;
    if (this.#logs.has(id)) return;
    try {
      this.#logs.set(id, openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    } catch {
      // A test has put something else there.
    }
  }

  #callerOf(id: string) {
    const { version, namespace, address } = this;
    return {
      version,
      namespace,
      address,
      id,
      bundle: this.bundleOf(id),
      debug: this.#options.debug ?? false,
    };
  }

  // Go gives a pipe; what Bun gives for bytes is none. A pipeline's exit code is that of its last program.
  #fed(command: readonly string[], stdin: Call["stdin"]): readonly string[] {
    if (stdin === "ignore") return command;
    const file = `${this.folder}/stdin-${++this.#calls}`;
    writeFileSync(file, stdin);
    return ["sh", "-c", 'cat "$0" 2>/dev/null | "$@"', file, ...command];
  }

  #call(call: Call, cwd: string): Promise<Answered> {
    return this.#run([this.program, ...call.args], cwd, call);
  }

  async #run(
    command: readonly string[],
    cwd: string,
    { env, stdin }: Pick<Call, "env" | "stdin">,
  ): Promise<Answered> {
    const { lowLevel = "crun", environment = {} } = this.#options;
    const PATH = process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin";
    const running = Bun.spawn(this.namespaces.command(this.#fed(command, stdin), cwd), {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { PATH, WRUN_RUNTIME: lowLevel, ...environment, ...env },
    });
    // Both to their ends: a process that is left behind with one of them would be waited for.
    const [stdout, stderr] = await Promise.all([running.stdout.bytes(), running.stderr.text()]);
    return { code: await running.exited, stdout, stderr };
  }
}
