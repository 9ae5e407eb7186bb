import type { EventRecord, SpoolRecord, VerbRecord } from "../events/record.ts";
import { type End, endFrom, fromGuest, type Traces } from "./end.ts";
import type { ExecLife, Life, ModuleFacts } from "./life.ts";
import type { ModuleEvent, Told } from "./told.ts";

/** What comes of a record: events, and the containers that are not as they were; undefined: that are no more. */
export interface Change {
  readonly told: readonly Told[];
  readonly lives: ReadonlyMap<string, Life | undefined>;
}

const noChange: Change = { told: [], lives: new Map() };
const noFacts: ModuleFacts = { digest: "", size: 0, dialect: "", compileNanos: 0 };

/**
 * Turns what verbs have written down, and what is seen of processes, into the events of containers' lives: each once, in
 * the order of a life. It has no effects; what it says is true once apply() has been given it.
 */
export class Ledger {
  readonly #lives = new Map<string, Life>();

  get lives(): ReadonlyMap<string, Life> {
    return this.#lives;
  }

  apply({ lives }: Pick<Change, "lives">): void {
    for (const [key, life] of lives)
      if (life === undefined) this.#lives.delete(key);
      else this.#lives.set(key, life);
  }

  /** A record of the spool. */
  take(record: SpoolRecord): Change {
    if (record.kind === "event") return this.#event(record);
    if (record.kind === "intent") return record.verb === "exec" ? this.#execAdded(record) : noChange;
    switch (record.verb) {
      case "create":
        return this.#create(record);
      case "start":
        return this.#start(record);
      case "run":
        return this.#run(record);
      case "delete":
        return this.#delete(record);
      case "pause":
      case "resume":
        return this.#freeze(record);
      case "exec":
        return this.#exec(record);
    }
  }

  /** `run` in the foreground has made its container, which runs. */
  running(record: VerbRecord, pid: number, at: number): Change {
    if (this.#lives.get(record.key)?.pid === pid) return noChange;
    const created = this.#create({ ...record, pid, at });
    return joined(created, this.#startOf(created.lives.get(record.key), { ...record, at, began: at }));
  }

  /** The process of a container has ended. */
  ended(key: string, traces: Traces): Change {
    const life = this.#lives.get(key);
    return life === undefined ? noChange : endOfLife(life, traces);
  }

  /** The module of a container has been loaded. */
  loaded(key: string, facts: ModuleFacts, at: number): Change {
    const life = this.#lives.get(key);
    if (life?.details.guest === undefined || life.module !== undefined) return noChange;
    return change({ ...life, module: facts }, [{ at, event: moduleOf(life, facts) }]);
  }

  /** The kernel has killed for memory in a container. */
  oom(key: string, at: number): Change {
    const life = this.#lives.get(key);
    if (life === undefined || life.end !== undefined || life.told === true) return noChange;
    return change({ ...life, oom: true }, [
      { at, event: { topic: "/tasks/oom", containerId: life.details.id } },
    ]);
  }

  /** A process that was executed in a container has ended. */
  execEnded(key: string, id: string, traces: Traces): Change {
    const life = this.#lives.get(key);
    const exec = life?.execs?.[id];
    return life === undefined || exec === undefined ? noChange : endOfExec(life, { id, exec, traces });
  }

  // One of the same name that has not been deleted is gone without our having been told.
  #create(record: VerbRecord): Change {
    const { key, container: details, pid = 0, at, began } = record;
    if (details === undefined || pid === 0) return noChange;
    const left = this.#lives.get(key);
    const before = left === undefined ? noChange : deletion(left, { at: began });
    const { startTime = "" } = record;
    const life: Life = {
      key,
      details,
      pid,
      startTime,
      status: "created",
      createdAt: at,
      createTook: at - began,
    };
    const event = {
      topic: "/tasks/create",
      containerId: details.id,
      bundle: details.bundle,
      rootfs: [],
      io: { stdin: "", stdout: "", stderr: "", terminal: false },
      checkpoint: "",
      pid,
    } as const;
    return joined(before, change(life, [{ at, event }]));
  }

  #start(record: VerbRecord): Change {
    return this.#startOf(this.#lives.get(record.key), record);
  }

  #startOf(life: Life | undefined, { at, began }: VerbRecord): Change {
    if (life === undefined || life.startedAt !== undefined) return noChange;
    const { details, pid } = life;
    const status = life.end === undefined ? "running" : life.status;
    const started: Life = { ...life, startedAt: at, startTook: at - began, status };
    return change(started, [{ at, event: { topic: "/tasks/start", containerId: details.id, pid } }]);
  }

  // In the background it has done a create and a start; in the foreground all of a life, of which the first part may have
  // been told already.
  #run(record: VerbRecord): Change {
    const { key, pid = 0, at, began, code, report, exit } = record;
    if (pid === 0) return noChange;
    const detached = record.container?.detach === true;
    const begun = this.running(record, pid, detached ? at : began);
    if (detached) return begun;
    const life = begun.lives.get(key) ?? this.#lives.get(key);
    return life === undefined
      ? begun
      : joined(begun, deletion(life, { at, code, ...defined({ report, exit }) }));
  }

  #delete({ key, at, report, exit }: VerbRecord): Change {
    const life = this.#lives.get(key);
    return life === undefined ? noChange : deletion(life, { at, ...defined({ report, exit }) });
  }

  #freeze({ key, at, verb }: VerbRecord): Change {
    const life = this.#lives.get(key);
    const [from, to] = verb === "pause" ? (["running", "paused"] as const) : (["paused", "running"] as const);
    if (life?.status !== from) return noChange;
    const topic = verb === "pause" ? "/tasks/paused" : "/tasks/resumed";
    return change({ ...life, status: to }, [{ at, event: { topic, containerId: life.details.id } }]);
  }

  #execAdded({ key, at, exec }: VerbRecord): Change {
    const life = this.#lives.get(key);
    if (life === undefined || exec === undefined) return noChange;
    const event = { topic: "/tasks/exec-added", containerId: life.details.id, execId: exec.id } as const;
    return change(life, [{ at, event }]);
  }

  #exec({ key, at, code, pid = 0, startTime = "", exec: asked }: VerbRecord): Change {
    const life = this.#lives.get(key);
    if (life === undefined || asked === undefined || pid === 0) return noChange;
    const { id } = asked;
    const exec: ExecLife = { pid, startTime, startedAt: at };
    const event = { topic: "/tasks/exec-started", containerId: life.details.id, execId: id, pid } as const;
    const started = change({ ...life, execs: { ...life.execs, [id]: exec } }, [{ at, event }]);
    const now = started.lives.get(life.key);
    if (asked.detach || now === undefined) return started;
    return joined(started, endOfExec(now, { id, exec, traces: { at, code } }));
  }

  // The shim of containerd tells all by itself; the monitor only keeps up with it.
  #event({ at, namespace, event, container, end }: EventRecord): Change {
    const key = `${namespace}/${event.containerId}`;
    const life = this.#lives.get(key);
    const passed = (next: Life | undefined): Change => ({
      told: [{ at, namespace, event }],
      lives: next === undefined && life === undefined ? new Map() : new Map([[key, next]]),
    });
    if (event.topic === "/tasks/create") {
      const details = container ?? { id: event.containerId, namespace, bundle: event.bundle };
      const { pid } = event;
      const made = { key, details, pid, startTime: "", createdAt: at, createTook: 0, told: true };
      return passed({ ...made, status: "created" });
    }
    if (life === undefined) return passed(undefined);
    switch (event.topic) {
      case "/tasks/start":
        return passed({ ...life, status: "running", startedAt: at, startTook: at - life.createdAt });
      case "/tasks/paused":
        return passed({ ...life, status: "paused" });
      case "/tasks/resumed":
        return passed({ ...life, status: "running" });
      case "/tasks/oom":
        return passed({ ...life, oom: true });
      case "/tasks/exit": {
        if (event.id !== event.containerId) return passed(life);
        const traces = { at, code: event.exitStatus, oom: life.oom === true };
        const known = end === undefined ? endFrom(traces) : { ...fromGuest(end), at };
        const { lives, told } = endOfLife(life, traces, known);
        return {
          lives,
          told: told.map((each) => (each.event.topic === event.topic ? { ...each, event } : each)),
        };
      }
      case "/tasks/delete":
        return passed(event.id === "" || event.id === event.containerId ? undefined : life);
      default:
        return passed(life);
    }
  }
}

type Untimed = Omit<Told, "namespace">;

function change(life: Life, told: readonly Untimed[]): Change {
  const { namespace } = life.details;
  return {
    told: told.map((each) => ({ ...each, namespace })),
    lives: new Map([[life.key, life]]),
  };
}

function joined(first: Change, second: Change): Change {
  return { told: [...first.told, ...second.told], lives: new Map([...first.lives, ...second.lives]) };
}

// Before the end of a guest it is told what it was, and again where it has trapped.
function endOfLife(life: Life, traces: Traces, known?: End): Change {
  if (life.end !== undefined) return noChange;
  const end = known ?? endFrom({ ...traces, oom: life.oom === true || traces.oom === true });
  const { details, pid } = life;
  const { at, exitStatus, reason, detail, stack } = end;
  const exit = { containerId: details.id, id: details.id, pid, exitStatus, exitedAt: dateOf(at) };
  const isTrap = reason === "trapped" && details.guest !== undefined;
  const module = { ...moduleOf(life, life.module ?? noFacts), trapReason: detail, trapStack: stack };
  return change({ ...life, status: "stopped", end }, [
    ...(isTrap ? [{ at, event: module }] : []),
    { at, event: { topic: "/wrun/exit", ...exit, reason, detail, stack } },
    { at, event: { topic: "/tasks/exit", ...exit } },
  ]);
}

function endOfExec(
  life: Life,
  { id, exec, traces }: { readonly id: string; readonly exec: ExecLife; readonly traces: Traces },
): Change {
  const { at, exitStatus, reason, detail, stack } = endFrom(traces);
  const { [id]: _ended, ...execs } = life.execs ?? {};
  const exit = { containerId: life.details.id, id, pid: exec.pid, exitStatus, exitedAt: dateOf(at) };
  return change({ ...life, execs }, [
    { at, event: { topic: "/wrun/exit", ...exit, reason, detail, stack } },
    { at, event: { topic: "/tasks/exit", ...exit } },
  ]);
}

function deletion(life: Life, traces: Traces): Change {
  const execs = Object.entries(life.execs ?? {}).reduce((before, [id, exec]) => {
    const now = before.lives.get(life.key) ?? life;
    return joined(before, endOfExec(now, { id, exec, traces: { at: traces.at } }));
  }, noChange);
  const ended = joined(execs, endOfLife(execs.lives.get(life.key) ?? life, traces));
  const { end } = ended.lives.get(life.key) ?? life;
  const { details, pid, key } = life;
  const exitStatus = end?.exitStatus ?? 0;
  const exitedAt = dateOf(end?.at ?? traces.at);
  const event = {
    topic: "/tasks/delete",
    id: "",
    containerId: details.id,
    pid,
    exitStatus,
    exitedAt,
  } as const;
  const deleted = {
    told: [{ at: traces.at, namespace: details.namespace, event }],
    lives: new Map([[key, undefined]]),
  };
  return joined(ended, deleted);
}

function moduleOf({ details }: Life, facts: ModuleFacts): ModuleEvent {
  const { path = "", grant = [] } = details.guest ?? {};
  return {
    topic: "/wrun/module",
    containerId: details.id,
    path,
    grant,
    ...facts,
    trapReason: "",
    trapStack: [],
  };
}

function dateOf(microseconds: number): Date {
  return new Date(microseconds / 1000);
}

function defined<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
