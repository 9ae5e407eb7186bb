import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { eventsService } from "../../shim/transport/events.ts";
import { Listener } from "../../shim/transport/listener.ts";
import { connect, SocketStream } from "../../shim/transport/socket-stream.ts";
import { type RemoteTask, remoteTask } from "../../shim/transport/task.ts";
import { TtrpcClient } from "../../shim/transport/ttrpc/client.ts";
import { TtrpcServer } from "../../shim/transport/ttrpc/server.ts";
import { config, kernelBundle } from "../../test/e2e/kernel/bundle.ts";

/** A shim, and what it is to run. */
export interface ShimSubject {
  readonly name: string;
  /** The shim's executable, under the name that containerd calls it by. */
  readonly path: string;
  readonly lowLevel: "crun" | "runc";
  /** The one file of each container. */
  readonly file: string;
}

/** The longest that a call may take, in milliseconds: a shim that hangs is an error. */
const timeoutMs = 30_000;

/** One shim for many containers, called by its socket. containerd is a mock that takes its events. */
export class StressedShim implements AsyncDisposable {
  readonly #subject: ShimSubject;
  readonly #folder: string;
  readonly #events: Listener;
  readonly #client: TtrpcClient;
  readonly task: RemoteTask;
  readonly pid: Promise<number>;
  /** How many events the mock has been told. */
  told = 0;

  private constructor(subject: ShimSubject, folder: string) {
    this.#subject = subject;
    this.#folder = folder;
    const server = new TtrpcServer([eventsService({ forward: () => (this.told++, {}) })]);
    const socket = native.listen(1, `${folder}/containerd.sock.ttrpc`, 0, 64);
    this.#events = new Listener(socket, (fd) => void server.serve(new SocketStream(fd)));
    void this.#events.run();
    this.#client = new TtrpcClient(connect(this.#start()));
    this.task = remoteTask(this.#client, 2);
    this.pid = this.#pid();
  }

  static open(subject: ShimSubject, folder: string): StressedShim {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    return new StressedShim(subject, folder);
  }

  /** Writes a container's bundle, which is not timed. */
  bundle(id: string): string {
    const bundle = `${this.#folder}/${id}`;
    const name = this.#subject.file.endsWith(".wasm") ? "/app.wasm" : "/app";
    kernelBundle(bundle, [name], { [name]: this.#subject.file });
    const annotations = { ...config.annotations, "io.kubernetes.cri.sandbox-id": this.#folder };
    const written = JSON.parse(readFileSync(`${bundle}/config.json`, "utf8")) as object;
    writeFileSync(`${bundle}/config.json`, JSON.stringify({ ...written, annotations }));
    writeFileSync(`${bundle}/output`, "");
    return bundle;
  }

  /** The life of a container that says hello and ends; throws where it does neither. */
  async live(id: string): Promise<void> {
    const output = await this.create(id);
    await this.task.start({ id }, { timeoutMs });
    const { exitStatus } = await this.task.wait({ id }, { timeoutMs });
    await this.task.delete({ id }, { timeoutMs });
    const said = readFileSync(output, "utf8");
    if (exitStatus !== 0 || said !== "hello\n")
      throw new Error(`${this.#subject.name}: ${id} ended with ${exitStatus}, and said ${said}`);
  }

  /** Makes a container, and returns the file of its output. */
  async create(id: string): Promise<string> {
    const bundle = `${this.#folder}/${id}`;
    const output = `${bundle}/output`;
    await this.task.create({ id, bundle, stdout: output, stderr: output }, { timeoutMs });
    return output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.task.shutdown({ id: "", now: true }).catch(() => undefined);
    this.#client.close();
    this.#events.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(): string {
    const bundle = this.bundle("first");
    symlinkSync("/dev/null", `${bundle}/log`);
    const { path, lowLevel } = this.#subject;
    const names = ["-namespace", "bench", "-id", "first", "-address", `${this.#folder}/containerd.sock`];
    const env = {
      ...process.env,
      WRUN_RUNTIME: lowLevel,
      TTRPC_ADDRESS: `${this.#folder}/containerd.sock.ttrpc`,
    };
    const started = Bun.spawnSync([path, ...names, "start"], { cwd: bundle, env, stdin: "ignore" });
    const answer = started.stdout.toString().trim();
    if (started.exitCode !== 0) throw new Error(`${path} start: ${started.stderr.toString()}`);
    const address = answer.startsWith("{") ? (JSON.parse(answer) as { address: string }).address : answer;
    return address.replace(/^unix:\/\//, "");
  }

  async #pid(): Promise<number> {
    await this.create("first");
    const { shimPid } = await this.task.connect({ id: "first" });
    return shimPid;
  }

  /** Takes the first container away, for which the shim was started. */
  async forgetFirst(): Promise<void> {
    await this.pid;
    await this.task.kill({ id: "first", signal: 9 });
    await this.task.wait({ id: "first" });
    await this.task.delete({ id: "first" });
  }
}
