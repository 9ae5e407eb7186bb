import { expect, test } from "bun:test";
import type { ContainerDetails, SpoolRecord, VerbRecord } from "../../../shim/events/record.ts";
import { type Change, Ledger } from "../../../shim/monitor/ledger.ts";

const details: ContainerDetails = { id: "c", namespace: "libpod", bundle: "/b" };
const wasm = { ...details, guest: { path: "/app.wasm", rootfs: "/b/rootfs", grant: ["--dir", "/::/"] } };
const trapped = '{"report":"loaded"}\n{"report":"trapped","reason":"unreachable","stack":["f"]}\n';

let clock = 1000;
function verb(name: VerbRecord["verb"], more: Partial<VerbRecord> = {}): VerbRecord {
  clock += 10;
  return { kind: "verb", verb: name, began: clock - 5, at: clock, code: 0, key: "k", ...more };
}

/** A ledger that tells what came of each step in one line an event. */
class Told {
  readonly ledger = new Ledger();
  readonly lines: string[] = [];

  take(...records: SpoolRecord[]): this {
    for (const record of records) this.step(this.ledger.take(record));
    return this;
  }

  step(change: Change): void {
    this.ledger.apply(change);
    for (const { namespace, event } of change.told) {
      const { topic } = event;
      const more = [
        ...("execId" in event ? [event.execId] : []),
        ...("exitStatus" in event ? [event.exitStatus] : []),
        ...("reason" in event ? [event.reason, event.detail, ...event.stack] : []),
        ...("trapReason" in event ? [event.digest, event.trapReason] : []),
      ].filter((word) => word !== "");
      expect(namespace).toBe("libpod");
      this.lines.push([topic, ...more].join(" "));
    }
  }
}

const create = (container: ContainerDetails = details, pid = 7) =>
  verb("create", { container, pid, startTime: "1" });

test("a life is told once, in its order, and is forgotten with its deletion", () => {
  const told = new Told().take(create(), verb("start"), verb("pause"), verb("resume"));
  told.step(told.ledger.ended("k", { at: 1, code: 3 }));
  told.step(told.ledger.ended("k", { at: 2, code: 4 }));
  told.take(verb("delete"), verb("delete"));
  expect(told.lines).toEqual([
    "/tasks/create",
    "/tasks/start",
    "/tasks/paused",
    "/tasks/resumed",
    "/wrun/exit 3 exited",
    "/tasks/exit 3",
    "/tasks/delete 3",
  ]);
  expect(told.ledger.lives.size).toBe(0);
});

test("a deletion tells the end that nobody has seen, by what the engine and conmon have left", () => {
  const ends = (more: Partial<VerbRecord>, container = details): string[] =>
    new Told().take(create(container), verb("start"), verb("delete", more)).lines.slice(2);
  expect(ends({ report: trapped }, wasm)).toEqual([
    "/wrun/module unreachable",
    "/wrun/exit 134 trapped unreachable f",
    "/tasks/exit 134",
    "/tasks/delete 134",
  ]);
  expect(ends({ report: '{"report":"exited","code":9}\n' }, wasm)[0]).toBe("/wrun/exit 9 exited");
  expect(ends({ report: '{"report":"loaded"}\n' }, wasm)[0]).toBe("/wrun/exit 137 killed");
  expect(ends({ exit: "143\n" })[0]).toBe("/wrun/exit 143 signalled");
  expect(ends({ exit: "137" })[0]).toBe("/wrun/exit 137 killed");
  expect(ends({})[0]).toBe("/wrun/exit 255 unknown");
});

test("a kill for memory is an end by oom, and is told before it", () => {
  const told = new Told().take(create(), verb("start"));
  told.step(told.ledger.oom("k", 5));
  told.step(told.ledger.ended("k", { at: 6, code: 137 }));
  expect(told.lines.slice(2)).toEqual(["/tasks/oom", "/wrun/exit 137 oom", "/tasks/exit 137"]);
});

test("what a module is is told once, and again with its trap", () => {
  const told = new Told().take(create(wasm), verb("start"));
  const facts = { digest: "sha256:1", size: 2, dialect: "none", compileNanos: 3 };
  told.step(told.ledger.loaded("k", facts, 5));
  told.step(told.ledger.loaded("k", facts, 6));
  told.step(told.ledger.ended("k", { at: 7, report: trapped }));
  expect(told.lines.slice(2, 5)).toEqual([
    "/wrun/module sha256:1",
    "/wrun/module sha256:1 unreachable",
    "/wrun/exit 134 trapped unreachable f",
  ]);
});

test("a run in the foreground is told as it goes, or all at once where nobody has looked", () => {
  const whole = ["/tasks/create", "/tasks/start", "/wrun/exit 4 exited", "/tasks/exit 4", "/tasks/delete 4"];
  const run = verb("run", { container: details, pid: 7, startTime: "", code: 4 });
  expect(new Told().take(run).lines).toEqual(whole);
  const seen = new Told();
  seen.step(seen.ledger.running({ ...run, kind: "intent" }, 7, run.began));
  expect(seen.lines).toEqual(whole.slice(0, 2));
  expect(seen.take(run).lines).toEqual(whole);
});

test("a run in the background is a creation and a start; one that failed is nothing", () => {
  const container = { ...details, detach: true };
  expect(new Told().take(verb("run", { container, pid: 7 })).lines).toEqual([
    "/tasks/create",
    "/tasks/start",
  ]);
  expect(new Told().take(verb("run", { container: details, pid: 0, code: 1 })).lines).toEqual([]);
});

test("an exec is told from its naming to its end, in the foreground by its code", () => {
  const exec = { id: "e", containerId: "c", detach: false };
  const told = new Told().take(create(), verb("start"), { ...verb("exec", { exec }), kind: "intent" });
  told.take(verb("exec", { exec, pid: 9, code: 5 }));
  expect(told.lines.slice(2)).toEqual([
    "/tasks/exec-added e",
    "/tasks/exec-started e",
    "/wrun/exit 5 exited",
    "/tasks/exit 5",
  ]);
});

test("an exec in the background ends by itself, or with its container", () => {
  const exec = { id: "e", containerId: "c", detach: true };
  const begun = () => new Told().take(create(), verb("start"), verb("exec", { exec, pid: 9 }));
  const alone = begun();
  alone.step(alone.ledger.execEnded("k", "e", { at: 5, code: 1 }));
  alone.step(alone.ledger.execEnded("k", "e", { at: 5, code: 1 }));
  expect(alone.lines.slice(3)).toEqual(["/wrun/exit 1 exited", "/tasks/exit 1"]);
  expect(
    begun()
      .take(verb("delete", { exit: "0" }))
      .lines.slice(3),
  ).toEqual([
    "/wrun/exit 255 unknown",
    "/tasks/exit 255",
    "/wrun/exit 0 exited",
    "/tasks/exit 0",
    "/tasks/delete 0",
  ]);
});

test("a container whose deletion was never told is told of as ended before another of its name begins", () => {
  const told = new Told().take(create(), verb("start"), create(details, 8));
  expect(told.lines.slice(2)).toEqual([
    "/wrun/exit 255 unknown",
    "/tasks/exit 255",
    "/tasks/delete 255",
    "/tasks/create",
  ]);
  expect(told.ledger.lives.get("k")?.pid).toBe(8);
});

test("verbs of containers that nobody has told the creation of change nothing, nor do those that fit no state", () => {
  const told = new Told().take(
    verb("start"),
    verb("pause"),
    verb("delete"),
    create(),
    verb("resume"),
    verb("pause"),
  );
  expect(told.lines).toEqual(["/tasks/create"]);
});

test("what containerd's shim tells is passed on as it is, with the reason of the end beside it", () => {
  const at = 50;
  const event = { kind: "event", at, namespace: "libpod" } as const;
  const end = { containerId: "c", id: "c", pid: 7, exitStatus: 134, exitedAt: new Date(7) };
  const told = new Told().take(
    {
      ...event,
      container: wasm,
      event: {
        topic: "/tasks/create",
        containerId: "c",
        bundle: "/b",
        rootfs: [],
        io: { stdin: "", stdout: "", stderr: "", terminal: false },
        checkpoint: "",
        pid: 7,
      },
    },
    { ...event, event: { topic: "/tasks/start", containerId: "c", pid: 7 } },
    {
      ...event,
      event: { topic: "/tasks/exit", ...end },
      end: { report: "trapped", reason: "unreachable", stack: ["f"] },
    },
    { ...event, event: { topic: "/tasks/delete", ...end, id: "" } },
  );
  expect(told.lines).toEqual([
    "/tasks/create",
    "/tasks/start",
    "/wrun/module unreachable",
    "/wrun/exit 134 trapped unreachable f",
    "/tasks/exit 134",
    "/tasks/delete 134",
  ]);
  expect(told.ledger.lives.size).toBe(0);
});
