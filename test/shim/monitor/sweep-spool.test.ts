import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { afterAll, expect, test } from "bun:test";
import { keyOf } from "../../../shim/events/key.ts";
import { makeSpool } from "../../../shim/events/spool.ts";
import type { Life } from "../../../shim/monitor/life.ts";
import { Monitor } from "../../../shim/monitor/monitor.ts";
import type { MonitorLog } from "../../../shim/monitor/monitor-log.ts";
import { SpoolSweep, type SweepOptions } from "../../../shim/monitor/sweep-spool.ts";
import { until } from "../../e2e/containers.ts";
import { executable, run, temporaryDirectory } from "../../wrun.ts";

const asRoot = test.skipIf(process.getuid?.() !== 0);
const silent: MonitorLog = { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} };
const none = { lives: new Map<string, Life>(), generation: 0 };

/** A spool, and a sweep of it whose clock the test sets. */
class Swept {
  readonly spool: string;
  readonly sweep: SpoolSweep;
  ms = 0;

  constructor(spool: string, options: SweepOptions = {}) {
    this.spool = spool;
    makeSpool(spool);
    this.sweep = new SpoolSweep(spool, { graceMs: 10, pauseMs: 0, clockMs: () => this.ms, ...options });
  }

  /** Two passes, the grace period between them. */
  pass(known: Parameters<SpoolSweep["turn"]>[0] = none): string[] {
    this.sweep.turn(known);
    this.ms += 10;
    this.sweep.turn(known);
    return this.files();
  }

  files(): string[] {
    return filesIn(this.spool);
  }
}

const folders = ["pending", "live", "pids", "reports"];

function filesIn(spool: string): string[] {
  return folders.flatMap((name) => readdirSync(`${spool}/${name}`).map((file) => `${name}/${file}`));
}

/** A launcher whose executable and crun are scripts: `made` stands for wrun, which becomes crun. */
class Launchers {
  readonly folder: string = temporaryDirectory();
  readonly spool: string = `${this.folder}/s.sock@spool`;
  readonly bundle: string = `${this.folder}/bundle`;
  readonly key: string = keyOf(undefined, "an-id");
  readonly ready: string = `${this.folder}/ready`;
  readonly go: string = `${this.folder}/go`;
  /** A process that outlives the launcher, as a container's does. */
  readonly contained = Bun.spawn(["sleep", "1000"], {
    stdio: ["ignore", "ignore", "ignore"],
  });

  constructor() {
    afterAll(() => this.end());
    for (const name of ["lib", "bin", "bundle"]) mkdirSync(`${this.folder}/${name}`);
    copyFileSync(executable.replace(/wrun$/, "launch"), `${this.folder}/lib/launch`);
    symlinkSync("../lib/launch", `${this.folder}/bin/wrun`);
    makeSpool(this.spool);
  }

  /** Starts a launcher below which `script` runs, once it has left what wrun leaves where `leaves`. */
  start(words: readonly string[], script: string, leaves = true): Bun.Subprocess {
    const [pids, pending] = [`${this.spool}/pids/${this.key}`, `${this.spool}/pending/$$`];
    const container = { id: "an-id", namespace: "default", bundle: this.bundle };
    const exec = { id: "exec-1", containerId: "an-id", detach: false };
    const pidFile = words[0] === "exec" ? `${pids}-$$` : pids;
    const fields = JSON.stringify(words[0] === "exec" ? { exec } : { container }).slice(1, -1);
    const leave = `printf '%s\\n' ${this.key} ${pidFile} '' '' '${fields}' >${pending}; echo ${this.contained.pid} >${pidFile}`;
    const text = `#!/bin/sh\n${leaves ? leave : ""}\n${script}\n`;
    for (const path of ["lib/wrun", "bin/crun"])
      writeFileSync(`${this.folder}/${path}`, text, { mode: 0o755 });
    return Bun.spawn([`${this.folder}/bin/wrun`, ...words], {
      env: { PATH: `${this.folder}/bin:/usr/bin:/bin`, WRUN_EVENTS: `unix://${this.folder}/s.sock` },
      stdio: ["ignore", "ignore", "ignore"],
    });
  }

  /** Runs a verb to its end. */
  async call(words: readonly string[], leaves = true): Promise<void> {
    expect(await this.start(words, "exit 0", leaves).exited).toBe(0);
  }

  /** Kills a launcher while what it has started still runs. */
  async killDuring(words: readonly string[], leaves = true): Promise<void> {
    const launcher = this.start(words, `echo $$ >${this.ready}; exec sleep 1000`, leaves);
    await until("it runs", () => textOf(this.ready) !== "");
    await this.#kill(launcher);
  }

  /** Kills a launcher after what it has started has ended, and before it knows. */
  async killAfter(words: readonly string[], leaves = true): Promise<void> {
    const script = `echo $$ >${this.ready}; until [ -e ${this.go} ]; do sleep 0.01; done; exit 0`;
    const launcher = this.start(words, script, leaves);
    await until("it runs", () => textOf(this.ready) !== "");
    const child = textOf(this.ready).trim();
    launcher.kill("SIGSTOP");
    await until("the launcher has stopped", () =>
      /^State:\s+T/m.test(textOf(`/proc/${launcher.pid}/status`)),
    );
    writeFileSync(this.go, "");
    await until("its child has ended", () => /^State:\s+Z/m.test(textOf(`/proc/${child}/status`)));
    await this.#kill(launcher);
  }

  async #kill(launcher: Bun.Subprocess): Promise<void> {
    const child = textOf(this.ready).trim();
    launcher.kill("SIGKILL");
    await launcher.exited;
    await until("its child has ended", () => !/^State:\s+[^ZX]/m.test(textOf(`/proc/${child}/status`)));
    for (const path of [this.ready, this.go]) rmSync(path, { force: true });
  }

  end(): void {
    this.contained.kill("SIGKILL");
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

asRoot(
  "what a launcher leaves that is killed as it makes a container, or right after, is removed",
  async () => {
    const cases = ["create", "run", "exec"].flatMap((verb) =>
      (["killDuring", "killAfter"] as const).map((when) => [verb, when] as const),
    );
    const killed = async (verb: string, when: "killDuring" | "killAfter"): Promise<void> => {
      const launchers = new Launchers();
      await launchers[when]([verb, "an-id"]);
      const swept = new Swept(launchers.spool);
      expect(swept.files().map((name) => name.split("/")[0])).toEqual(["pending", "pids"]);
      // The orphan is to be waited for by its new parent. The container's process runs, and its pid file stays.
      const kept = [`pids/${launchers.key}`];
      const left = (): string[] => swept.pass().map((name) => name.replace(/-\d+$/, ""));
      await until("the file for the launcher is removed", () => left().length === 1);
      expect(left()).toEqual(kept);
      launchers.end();
      await launchers.contained.exited;
      expect(swept.pass()).toEqual([]);
    };
    await Promise.all(cases.map(([verb, when]) => killed(verb, when)));
  },
);

asRoot("nothing is removed of a call that goes on, however long it takes", async () => {
  const launchers = new Launchers();
  const launcher = launchers.start(["run", "an-id"], `echo >${launchers.ready}; exec sleep 1000`);
  await until("it runs", () => textOf(launchers.ready) !== "");
  launchers.end();
  await launchers.contained.exited;
  const swept = new Swept(launchers.spool);
  const before = swept.files();
  expect(before.length).toBe(2);
  for (let passes = 0; passes < 5; passes++) expect(swept.pass()).toEqual(before);
  launcher.kill("SIGTERM");
  await launcher.exited;
  expect(swept.files()).toEqual([]);
});

asRoot(
  "a container that could not be recorded is no container of the ledger: its files are removed",
  async () => {
    const launchers = new Launchers();
    mkdirSync(`${launchers.spool}/log`);
    await launchers.call(["create", "an-id"]);
    const swept = new Swept(launchers.spool);
    const { key } = launchers;
    expect(swept.files()).toEqual([`live/${key}`, `pids/${key}`]);
    const lives = new Map([[key, { details: {} } as Life]]);
    expect(swept.pass({ lives, generation: 0 })).toEqual([`live/${key}`, `pids/${key}`]);
    expect(swept.pass()).toEqual([`pids/${key}`]);
    launchers.end();
    await launchers.contained.exited;
    expect(swept.pass()).toEqual([]);
  },
);

test("reports of containers that the ledger does not know are removed, and no others", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`);
  const [live, shims, other] = ["0123456789abcdef", "123456789abcdef0", "23456789abcdef01"];
  for (const name of [live, shims, other, "foreign"]) writeFileSync(`${swept.spool}/reports/${name}`, "");
  const lives = new Map([
    [live, { details: {} } as Life],
    ["ns/id", { details: { report: `${swept.spool}/reports/${shims}` } } as Life],
  ]);
  for (let passes = 0; passes < 2; passes++) swept.pass({ lives, generation: 0 });
  const left = [live, shims, "foreign"].map((name) => `reports/${name}`);
  expect(swept.files().toSorted()).toEqual(left.toSorted());
});

asRoot(
  "a deletion whose launcher was killed is told of once the bundle is gone, and its files are removed",
  async () => {
    const launchers = new Launchers();
    const sweep = { graceMs: 0, pauseMs: 0 };
    const monitor = new Monitor({ spool: launchers.spool, log: silent, sweep });
    await monitor.start();
    await launchers.call(["create", "an-id"]);
    await until("it is known", () => monitor.list().length === 1);
    await launchers.killDuring(["delete", "an-id"], false);
    launchers.end();
    await until("it has ended", () => monitor.list()[0]?.status === "stopped");
    expect(filesIn(launchers.spool)).toEqual([`live/${launchers.key}`, `pids/${launchers.key}`]);
    rmSync(launchers.bundle, { recursive: true });
    await until("nothing is left", () => filesIn(launchers.spool).length === 0);
    expect(monitor.list()).toEqual([]);
    await monitor.close();
  },
);

test("a pid that another process has by now keeps nothing, and one whose launcher waits keeps its file", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`);
  // Our parent is no launcher.
  writeFileSync(`${swept.spool}/pending/${process.pid}`, "k\n\n\n\n\n");
  writeFileSync(`${swept.spool}/pending/${process.pid}.${process.pid}.new`, "k");
  writeFileSync(`${swept.spool}/pending/notes`, "somebody's");
  expect(swept.pass()).toEqual(["pending/notes"]);
});

test("a file that is written anew between two passes is a new one", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`);
  const path = `${swept.spool}/live/0123456789abcdef`;
  writeFileSync(path, "");
  swept.sweep.turn(none);
  rmSync(path);
  writeFileSync(`${path}.new`, "");
  expect(run(["mv", `${path}.new`, path]).code).toBe(0);
  swept.ms += 10;
  swept.sweep.turn(none);
  expect(existsSync(path)).toBe(true);
  swept.ms += 10;
  expect(swept.sweep.turn(none)).toBe(1);
});

test("a turn looks at no more files than it may, and goes on where it has stopped", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`, { maxFiles: 3, graceMs: 0 });
  for (let at = 0; at < 10; at++) writeFileSync(`${swept.spool}/live/000000000000000${at}`, "");
  const left: number[] = [];
  for (let turn = 0; turn < 8; turn++) {
    swept.sweep.turn(none);
    left.push(swept.files().length);
  }
  expect(left).toEqual([10, 10, 10, 10, 7, 4, 1, 0]);
});

test("passes are a pause apart", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`, { pauseMs: 100, graceMs: 0 });
  swept.sweep.turn(none);
  writeFileSync(`${swept.spool}/live/0123456789abcdef`, "");
  for (const ms of [99, 100, 199]) {
    swept.ms = ms;
    expect(swept.sweep.turn(none)).toBe(0);
  }
  swept.ms = 200;
  expect(swept.sweep.turn(none)).toBe(1);
});

test("a log that a killed monitor had read to its end is removed, and no other", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`);
  for (const name of ["log", "log.1", "log.2", "log.3", "dropped", "lock"])
    writeFileSync(`${swept.spool}/${name}`, "");
  swept.pass({ ...none, generation: 2 });
  const files = readdirSync(swept.spool).filter((name) => !folders.includes(name));
  expect(files.sort()).toEqual(["dropped", "lock", "log", "log.2", "log.3"]);
});

test("files that are removed meanwhile, and folders that are not there, are no errors", () => {
  const swept = new Swept(`${temporaryDirectory()}/spool`, { maxFiles: 1 });
  for (const name of ["0123456789abcdef", "0123456789abcdee"])
    writeFileSync(`${swept.spool}/live/${name}`, "");
  swept.sweep.turn(none);
  for (const name of folders) rmSync(`${swept.spool}/${name}`, { recursive: true });
  for (let turn = 0; turn < 3; turn++) expect(swept.sweep.turn(none)).toBe(0);
});
