import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { endOf, parseReports } from "../../oci/report.ts";
import { isContainerId, type ContainerId } from "../container-id.ts";
import type { HostFiles, HostProcesses, Lock } from "../host/host.ts";
import { parseRecord, type ContainerRecord } from "./container-record.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Container } from "./sandbox.ts";
import type { StateRoot } from "./state-root.ts";

type Reader = HostFiles & Pick<HostProcesses, "runs">;
type Claimer = HostFiles & Pick<HostProcesses, "abandonGate">;

/** Everything that is kept of one container: a folder under the state directory, named by its id. */
export class ContainerFolder {
  readonly id: ContainerId;
  /** The directory that it stands in. */
  readonly root: HostPath;
  readonly path: HostPath;
  /** The record: what is not there yet is no container. */
  readonly record: HostPath;
  /** What the engine reports. */
  readonly status: HostPath;
  /** Stands from `create` to `start`; the engine waits for a byte from it. */
  readonly gate: HostPath;
  /** Temporary file systems of the container. */
  readonly scratch: HostPath;

  constructor(root: HostPath, id: ContainerId) {
    this.id = id;
    this.root = root;
    this.path = `${root}/${id}`;
    this.record = `${this.path}/state.json`;
    this.status = `${this.path}/status`;
    this.gate = `${this.path}/start.fifo`;
    this.scratch = `${this.path}/scratch`;
  }

  /** Takes the id for a new container. What a creator that was killed has left is cleared away. */
  claim(host: Claimer): Lock {
    for (;;) {
      const made = host.makeDirectory(this.path);
      const lock = this.#lockNew(host, made);
      if (lock === undefined) continue;
      using undo = new DisposableStack();
      undo.use(lock);
      // While it is locked: later it may be the folder of another creator, who has locked it and not written anything yet.
      if (made) undo.defer(() => host.removeEmpty(this.path));
      this.#clear(host);
      undo.move();
      return lock;
    }
  }

  #lockNew(host: Claimer, made: boolean): Lock | undefined {
    try {
      return host.lock(this.path);
    } catch (error) {
      if (made) host.removeEmpty(this.path);
      throw error;
    }
  }

  // Whoever makes the folder need not be the first to lock it.
  #clear(host: Claimer): void {
    if (host.entries(this.path).length === 0) return;
    if (host.exists(this.record)) throw new WrunError("exists", `container "${this.id}" already exists`);
    host.abandonGate(this.gate);
    host.removeFile(this.status);
    host.removeTree(this.scratch);
  }

  /** Takes a container that exists; undefined where there is none. */
  take(host: HostFiles): Lock | undefined {
    for (;;) {
      const lock = host.lock(this.path);
      if (lock !== undefined || !host.exists(this.path)) return lock;
    }
  }

  /** The record; undefined where there is no such container. */
  read(host: HostFiles): ContainerRecord | undefined {
    return this.#parsed(host.readText(this.record));
  }

  /**
   * The record, to do something to its process: an error with the code `permission` where another user has written it, who
   * could have named any process of ours.
   */
  readOurs(host: HostFiles): ContainerRecord | undefined {
    return this.#parsed(host.readText(this.record, { ours: true }));
  }

  #parsed(text: string | undefined): ContainerRecord | undefined {
    return text === undefined ? undefined : parseRecord(text, this.record);
  }

  /** The container; an error where there is none. */
  find(host: Reader): Container {
    return this.#found(host, this.read(host));
  }

  /** The same, by readOurs(). */
  findOurs(host: Reader): Container {
    return this.#found(host, this.readOurs(host));
  }

  #found(host: Reader, record: ContainerRecord | undefined): Container {
    if (record === undefined) throw noSuchContainer(this.id);
    return { record, life: this.life(host, record) };
  }

  /** Where in its life the container is: what its process, its gate and its engine's reports say together. */
  life(host: Reader, record: ContainerRecord): Lifecycle {
    const { pid } = record;
    const alive = host.runs(record);
    const reports = parseReports(host.readText(this.status) ?? "");
    if (!alive) return { status: "stopped", end: endOf(reports) };
    const told = (what: string): boolean => reports.some(({ report }) => report === what);
    if (!told("loaded")) return { status: "creating", pid };
    return { status: host.exists(this.gate) && !told("started") ? "created" : "running", pid };
  }
}

/** The container's folder: where it is kept, or, for one that is to be made, where it will be. */
export function folderOf(host: HostFiles, { path, earlier }: StateRoot, id: ContainerId): ContainerFolder {
  const folder = new ContainerFolder(path, id);
  if (earlier === undefined || host.exists(folder.path)) return folder;
  const before = new ContainerFolder(earlier, id);
  return isKept(host, before) ? before : folder;
}

/** The containers that are kept, by their names. */
export function keptIn(host: HostFiles, { path, earlier }: StateRoot): readonly ContainerFolder[] {
  const folders = idsIn(host, path).map((id) => new ContainerFolder(path, id));
  const before =
    earlier === undefined ? [] : idsIn(host, earlier).map((id) => new ContainerFolder(earlier, id));
  return [...folders, ...before.filter((folder) => isKept(host, folder))];
}

// A low-level runtime may keep its own containers beside ours: crun has a status there, runc a state.json.
function isKept(host: HostFiles, { id, record, status }: ContainerFolder): boolean {
  return !id.startsWith(".") && host.exists(record) && host.exists(status);
}

function idsIn(host: HostFiles, folder: HostPath): readonly ContainerId[] {
  return host.entries(folder).toSorted().filter(isContainerId);
}

/** The error for a container that is not there. */
export function noSuchContainer(id: ContainerId): WrunError {
  return new WrunError("not-found", `container "${id}" does not exist`);
}
