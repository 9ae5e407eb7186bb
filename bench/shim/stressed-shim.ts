import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import type { containerd } from "../../proto/gen/events.js";
import { eventsService } from "../../shim/transport/events.ts";
import { Listener } from "../../shim/transport/listener.ts";
import { connect, SocketStream } from "../../shim/transport/socket-stream.ts";
import { type RemoteTask, remoteTask } from "../../shim/transport/task.ts";
import { TtrpcClient } from "../../shim/transport/ttrpc/client.ts";
import { TtrpcServer } from "../../shim/transport/ttrpc/server.ts";
import { startTaker, type TakenEvent } from "./taker.ts";
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

/** An event as a shim sends it. */
export type Envelope = containerd.types.Envelope.$Properties;

/** The longest that a call may take, in milliseconds: a shim that hangs is an error. */
const timeoutMs = 30_000;

/** One shim for many containers, called by its socket. containerd is a mock that takes its events. */
export class StressedShim implements AsyncDisposable {
  readonly #subject: ShimSubject;
  readonly #folder: string;
  readonly #events: Listener | undefined;
  readonly #client: TtrpcClient;
  readonly task: RemoteTask;
  readonly pid: Promise<number>;
  readonly #undo = new DisposableStack();

  private constructor(subject: ShimSubject, folder: string, events: Listener | undefined) {
    this.#subject = subject;
    this.#folder = folder;
    this.#events = events;
    this.#client = new TtrpcClient(connect(this.#start()));
    this.task = remoteTask(this.#client, 2);
    this.pid = this.#pid();
  }

  /** Starts a shim; `taken` is called with each event that it sends. */
  static open(
    subject: ShimSubject,
    folder: string,
    taken: (envelope: Envelope) => void = () => undefined,
  ): StressedShim {
    emptyFolder(folder);
    return new StressedShim(subject, folder, listen(eventsSocketIn(folder), taken));
  }

  /** Starts a shim whose events another process takes. */
  static async openBesideTaker(
    subject: ShimSubject,
    folder: string,
    taken: (event: TakenEvent) => void,
  ): Promise<StressedShim> {
    emptyFolder(folder);
    const taker = await startTaker(eventsSocketIn(folder), taken);
    const shim = new StressedShim(subject, folder, undefined);
    shim.#undo.use(taker);
    return shim;
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

  /** Takes a container's bundle away. */
  removeBundle(id: string): void {
    rmSync(`${this.#folder}/${id}`, { recursive: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.task.shutdown({ id: "", now: true }).catch(() => undefined);
    this.#client.close();
    this.#events?.close();
    this.#undo.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(): string {
    const bundle = this.bundle("first");
    symlinkSync("/dev/null", `${bundle}/log`);
    const { path, lowLevel } = this.#subject;
    const namespace = `bench-${process.pid}`;
    const names = ["-namespace", namespace, "-id", "first", "-address", `${this.#folder}/containerd.sock`];
    const env = {
      ...process.env,
      WRUN_RUNTIME: lowLevel,
      TTRPC_ADDRESS: eventsSocketIn(this.#folder),
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

function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

function eventsSocketIn(folder: string): string {
  return `${folder}/containerd.sock.ttrpc`;
}

function listen(path: string, taken: (envelope: Envelope) => void): Listener {
  const forward = ({ envelope }: { readonly envelope?: Envelope | null }) => {
    if (envelope) taken(envelope);
    return {};
  };
  const server = new TtrpcServer([eventsService({ forward })]);
  const listener = new Listener(
    native.listen(1, path, 0, 64),
    (fd) => void server.serve(new SocketStream(fd)),
  );
  void listener.run();
  return listener;
}
