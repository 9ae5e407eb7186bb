import { WrunError } from "../../oci/error.ts";
import type { ForwardPlan, WasmPlan } from "../../oci/plan.ts";
import type { ContainerId } from "../container-id.ts";
import type { Engine, Host } from "../host/host.ts";
import { forwardedSignals } from "../signals.ts";
import { type ContainerFolder, folderOf, keptIn, noSuchContainer } from "./container-folder.ts";
import { launch, makeStateRoot } from "./launch.ts";
import { checkMove, type Lifecycle } from "./lifecycle.ts";
import { remove, removeOwn } from "./remove.ts";
import type { Container, CreateRequest, RunRequest, Sandbox } from "./sandbox.ts";
import type { EmbeddedTeller } from "./teller.ts";
import type { StateRoot } from "./state-root.ts";

/** What the embedded sandbox stands on. */
export interface EmbeddedParts {
  readonly host: Host;
  readonly root: StateRoot;
  readonly log: EmbeddedLog;
  /** Left out where events are off. */
  readonly teller?: EmbeddedTeller;
}

/** Whom the embedded sandbox tells of what is no error of the caller's. */
export interface EmbeddedLog {
  warning(message: string): void;
  debug(message: string): void;
}

/** The sandbox that needs nothing but this executable: the engine is a plain process, the grant all that it may touch. */
export class EmbeddedSandbox implements Sandbox {
  readonly #host: Host;
  readonly #root: StateRoot;
  readonly #log: EmbeddedLog;
  readonly #teller: EmbeddedTeller | undefined;

  constructor(parts: EmbeddedParts) {
    this.#host = parts.host;
    this.#root = parts.root;
    this.#log = parts.log;
    this.#teller = parts.teller;
    this.#checkRoot();
  }

  create(request: CreateRequest): void {
    this.#launch(request, true);
  }

  run(request: RunRequest): number {
    if (!request.detach) this.#host.holdSignals(forwardedSignals);
    const engine = this.#launch(request, false);
    this.#teller?.started(this.#root.path, request.id);
    if (request.detach) return 0;
    let code: number | undefined;
    try {
      return (code = this.#wait(request.id, engine));
    } finally {
      if (!request.keep) this.#removeOwn(request.id, engine, code);
    }
  }

  start(id: ContainerId): void {
    const folder = this.#folder(id);
    using lock = folder.take(this.#host);
    if (lock === undefined) throw noSuchContainer(id);
    const { record, life } = folder.findOurs(this.#host);
    checkMove(id, life, "start");
    if (!this.#host.openGate(folder.gate, record)) checkMove(id, stopped, "start");
    this.#host.removeFile(folder.gate);
    this.#teller?.started(folder.root, id);
  }

  state(id: ContainerId): Container {
    return this.#folder(id).find(this.#host);
  }

  kill(id: ContainerId, signal: number): void {
    const folder = this.#folder(id);
    using lock = folder.take(this.#host);
    if (lock === undefined) throw noSuchContainer(id);
    const { record, life } = folder.findOurs(this.#host);
    checkMove(id, life, "kill");
    if (!this.#host.signal(record, signal)) checkMove(id, stopped, "kill");
  }

  delete(id: ContainerId, force: boolean): void {
    const folder = this.#folder(id);
    using lock = folder.take(this.#host);
    if (lock === undefined) {
      if (force) return;
      throw noSuchContainer(id);
    }
    const report = this.#reportOf(folder);
    remove(this.#host, folder, force);
    this.#teller?.deleted(folder.root, id, { report });
  }

  list(): readonly Container[] {
    return keptIn(this.#host, this.#root).flatMap((folder) => this.#listed(folder));
  }

  // What cannot be read does not hide the others.
  #listed(folder: ContainerFolder): Container[] {
    try {
      const record = folder.read(this.#host);
      return record === undefined ? [] : [{ record, life: folder.life(this.#host, record) }];
    } catch (error) {
      if (!(error instanceof WrunError)) throw error;
      this.#log.warning(error.message);
      return [];
    }
  }

  #launch(request: CreateRequest, gated: boolean): Engine {
    const folder = this.#folder(request.id);
    const plan = planWasm(request, folder);
    for (const note of plan.warnings) this.#log.warning(`config.json: ${note.field}: ${note.text}`);
    makeStateRoot(this.#host, folder.root);
    this.#checkRoot();
    const describe = this.#teller !== undefined;
    const warn = (text: string): void => this.#log.warning(text);
    const engine = launch(this.#host, { folder, plan, request, gated, describe, warn });
    const { id, bundle } = request;
    this.#teller?.made({ root: folder.root, id, bundle, plan, engine, status: folder.status });
    this.#log.debug(`container "${request.id}": process ${engine.pid}, ${plan.workload.because}`);
    return engine;
  }

  #wait(id: ContainerId, engine: Engine): number {
    try {
      const code = this.#host.engineEnded(engine, forwardedSignals);
      this.#log.debug(`container "${id}" ended with exit code ${code}`);
      return code;
    } catch (error) {
      this.#host.stopEngine(engine);
      throw error;
    }
  }

  #folder(id: ContainerId): ContainerFolder {
    return folderOf(this.#host, this.#root, id);
  }

  // The guest's exit code is worth more than an error about its folder.
  #removeOwn(id: ContainerId, engine: Engine, code: number | undefined): void {
    try {
      const folder = this.#folder(id);
      const report = this.#reportOf(folder);
      removeOwn(this.#host, folder, engine);
      this.#teller?.deleted(folder.root, id, { report, ...(code === undefined ? {} : { code }) });
    } catch (error) {
      if (!(error instanceof WrunError)) throw error;
      this.#log.warning(`${error.message}: container "${id}" is still there`);
    }
  }

  // Asked for only where somebody will read it.
  #reportOf({ status }: ContainerFolder): string | undefined {
    return this.#teller === undefined ? undefined : this.#host.readText(status);
  }

  #checkRoot(): void {
    const { path, exposed } = this.#root;
    if (!exposed || !this.#host.exists(path) || this.#host.isPrivate(path)) return;
    throw new WrunError(
      "permission",
      `${path} is not a directory of your own alone: remove it, or use --root`,
    );
  }
}

const stopped: Lifecycle = { status: "stopped", end: undefined };

// What is no program at all would run nowhere.
function notWasm({ workload: { rule }, because }: ForwardPlan): WrunError {
  if (rule === "not-found") return new WrunError("not-found", because);
  if (rule === "not-wasm" || rule === "no-process") return new WrunError("invalid", because);
  return new WrunError(
    "unsupported",
    `${because}: a native workload needs the kernel sandbox (crun or runc)`,
  );
}

function planWasm(request: CreateRequest, folder: ContainerFolder): WasmPlan {
  const plan = request.plan("embedded", folder.scratch);
  if (plan.kind === "wasm") return plan;
  throw notWasm(plan);
}
