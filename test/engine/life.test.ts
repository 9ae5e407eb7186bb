import { createHash } from "node:crypto";
import { expect, test } from "bun:test";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { native } from "../../native/native.ts";
import { parseReports } from "../../oci/report.ts";
import type { EngineReport } from "../../oci/report.ts";
import { linuxProcesses } from "../../shim/host/processes.ts";
import { until } from "../until.ts";
import { executable, run, temporaryDirectory, wrun } from "../wrun.ts";
import { wasi, wasmOf } from "./run-wat.ts";

const folder = temporaryDirectory();
let count = 0;

interface Started {
  readonly process: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly reports: () => EngineReport[];
}

// Starts the engine with a status file as descriptor 3.
function start(path: string, flags: readonly string[], prefix: readonly string[] = []): Started {
  const status = join(folder, `status-${count++}`);
  const fd = openSync(status, "a");
  const process = Bun.spawn([...prefix, wrun, "wasm", "--status-fd", "3", ...flags, path], {
    stdio: ["pipe", "pipe", "pipe", fd],
    env: { PATH: Bun.env["PATH"] ?? "" },
  });
  closeSync(fd);
  return { process, reports: () => parseReports(readFileSync(status, "utf8")) };
}

async function untilReported(guest: Started, wanted: EngineReport["report"]): Promise<void> {
  const isReported = (): boolean => guest.reports().some(({ report }) => report === wanted);
  await until(`the engine reports ${wanted}`, isReported, () => guest.reports());
}

const guests: Readonly<Record<string, string>> = {
  "in a busy loop": `(func (export "_start") (loop $l (br $l)))`,
  "asleep in poll_oneoff": `${wasi.poll} (memory (export "memory") 1)
    (func (export "_start") (i32.store (i32.const 16) (i32.const 1)) (i64.store (i32.const 24) (i64.const 1000000000000))
      (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))))`,
  "blocked in fd_read": `${wasi.read} (memory (export "memory") 1)
    (func (export "_start") (i32.store (i32.const 4) (i32.const 8))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64))))`,
};
const loaded = { report: "loaded" as const, compileMs: expect.any(Number) };

const signals = { SIGTERM: 15, SIGINT: 2, SIGHUP: 1, SIGUSR1: 10, SIGQUIT: 3 } as const;

for (const [where, fields] of Object.entries(guests)) {
  test(`a signal ends a guest ${where} with 128 + its number, and is reported`, async () => {
    const path = await wasmOf(fields);
    for (const [name, number] of Object.entries(signals)) {
      const guest = start(path, []);
      await untilReported(guest, "started");
      guest.process.kill(name as NodeJS.Signals);
      expect(await guest.process.exited).toBe(128 + number);
      expect(guest.reports()).toEqual([
        loaded,
        { report: "started" },
        { report: "signalled", signal: number },
      ]);
    }
  });
}

const unshare = ["unshare", "--pid", "--fork", "--kill-child"];
const canUnshare = run([...unshare, "true"]).code === 0;

test.skipIf(!canUnshare)("as PID 1 of a pid namespace the guest can be ended by SIGTERM", async () => {
  const guest = start(await wasmOf(guests["in a busy loop"] ?? ""), [], unshare);
  await untilReported(guest, "started");
  const children = `/proc/${guest.process.pid}/task/${guest.process.pid}/children`;
  const inner = Number(readFileSync(children, "utf8").trim());
  expect(readFileSync(`/proc/${inner}/status`, "utf8")).toMatch(/^NSpid:\s+\d+\s+1$/m);
  process.kill(inner, "SIGTERM");
  expect(await guest.process.exited).toBe(143);
  expect(guest.reports().at(-1)).toEqual({ report: "signalled", signal: 15 });
});

test.skipIf(!canUnshare)("a signal that came before the engine was loaded is not lost on PID 1", async () => {
  const installed = executable.slice(0, executable.lastIndexOf("/"));
  // What a container's process is, but for the signal on the way.
  const loader = join(temporaryDirectory(), "ld.so");
  const early = `#!/bin/sh\nkill -$SIGNAL $$\nexec ${installed}/ld.so --library-path ${installed} "$@"\n`;
  writeFileSync(loader, early, { mode: 0o755 });
  const path = await wasmOf(guests["in a busy loop"] ?? "");
  const engine = [`${installed}/launch`, loader, executable, "wasm", path];
  for (const [name, code] of Object.entries({
    TERM: 143,
    HUP: 129,
    USR1: 138,
    PROF: 155,
    34: 162,
    64: 192,
  })) {
    const env = { PATH: Bun.env["PATH"] ?? "", SIGNAL: name };
    expect([name, run([...unshare, ...engine], { env }).code]).toEqual([name, code]);
  }
});

test("a guest that writes to a closed pipe gets an error and lives on", async () => {
  const path = await wasmOf(`${wasi.write} ${wasi.exit} (memory (export "memory") 1)
    (data (i32.const 0) "\\08\\00\\00\\00\\01\\00\\00\\00x")
    (func (export "_start") (call $exit (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))))`);
  const pipe = native.pipe();
  if (typeof pipe === "number") throw new Error(`pipe: ${pipe}`);
  native.close(pipe[0]);
  const guest = Bun.spawn([wrun, "wasm", path], { stdio: ["ignore", pipe[1], "pipe"], env: {} });
  native.close(pipe[1]);
  const epipe = 64;
  expect(await guest.exited).toBe(epipe);
});

test("each end of a guest is reported", async () => {
  const ends: readonly (readonly [string, EngineReport])[] = [
    [`(func (export "_start"))`, { report: "exited", code: 0 }],
    [`${wasi.exit} (func (export "_start") (call $exit (i32.const 3)))`, { report: "exited", code: 3 }],
    [
      `(func $f unreachable) (func $s (export "_start") (call $f))`,
      { report: "trapped", reason: "unreachable code should not be executed", stack: ["f", "s"] },
    ],
  ];
  for (const [fields, end] of ends) {
    const guest = start(await wasmOf(fields), []);
    await guest.process.exited;
    expect(guest.reports()).toEqual([loaded, { report: "started" }, end]);
  }
});

test("a module is described where that is asked for: as it is in its file, whatever is compiled of it", async () => {
  const path = await wasmOf(
    `${wasi.exit} (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3)))`,
  );
  const file = readFileSync(path);
  const digest = `sha256:${createHash("sha256").update(file).digest("hex")}`;
  const described = { report: "described" as const, digest, size: file.length, dialect: "wasi-preview1" };
  for (const flags of [["--describe"], ["--describe", "--max-memory", "1m"]]) {
    const guest = start(path, flags);
    expect(await guest.process.exited).toBe(3);
    expect(guest.reports().slice(0, 3)).toEqual([loaded, described, { report: "started" }]);
  }
});

test("a guest that cannot be loaded is reported as failed, and nothing else", async () => {
  const path = join(folder, "empty.wasm");
  writeFileSync(path, "");
  const guest = start(path, []);
  expect(await guest.process.exited).toBe(126);
  expect(guest.reports()).toEqual([{ report: "failed", code: 126, reason: `"${path}": it is empty` }]);
});

test("with a start FIFO the guest waits, start function included, until a byte has come", async () => {
  const fifo = join(folder, "start.fifo");
  expect(run(["mkfifo", fifo]).code).toBe(0);
  const path = await wasmOf(`${wasi.write} (memory (export "memory") 1)
    (data (i32.const 0) "\\08\\00\\00\\00\\01\\00\\00\\00x")
    (func $begin (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))))
    (start $begin) (func (export "_start"))`);
  const guest = start(path, ["--start-fifo", fifo]);
  await untilReported(guest, "loaded");
  // A writer that leaves without a byte, as a \`start\` that crashed, is no start.
  closeSync(openSync(fifo, "w"));
  expect(guest.reports()).toEqual([loaded]);
  writeFileSync(fifo, "s");
  expect(await guest.process.exited).toBe(0);
  expect(await new Response(guest.process.stdout).text()).toBe("x");
  expect(guest.reports().map(({ report }) => report)).toEqual(["loaded", "started", "exited"]);
});

test("a guest whose start FIFO is taken away is not left waiting, and its code does not run", async () => {
  const fifo = join(folder, "taken.fifo");
  expect(run(["mkfifo", fifo]).code).toBe(0);
  const path = await wasmOf(`(func (export "_start") (unreachable))`);
  const guest = start(path, ["--start-fifo", fifo]);
  await untilReported(guest, "loaded");
  linuxProcesses.abandonGate(fifo);
  expect(await guest.process.exited).toBe(125);
  expect(guest.reports()).toEqual([loaded]);
  linuxProcesses.abandonGate(fifo);
  expect(await start(path, ["--start-fifo", fifo]).process.exited).toBe(125);
});

test("a guest that waits for its start is ended by a signal", async () => {
  const fifo = join(folder, "never.fifo");
  expect(run(["mkfifo", fifo]).code).toBe(0);
  const guest = start(await wasmOf(`(func (export "_start"))`), ["--start-fifo", fifo]);
  await untilReported(guest, "loaded");
  guest.process.kill("SIGTERM");
  expect(await guest.process.exited).toBe(143);
});

test("--max-cpu ends a busy loop with SIGXCPU's code and report", async () => {
  const guest = start(await wasmOf(guests["in a busy loop"] ?? ""), ["--max-cpu", "1"]);
  expect(await guest.process.exited).toBe(128 + 24);
  expect(guest.reports().at(-1)).toEqual({ report: "signalled", signal: 24 });
});

test("--max-memory makes memory.grow fail past it, and refuses a module that starts with more", async () => {
  const path = await wasmOf(`${wasi.exit} (memory (export "memory") 1)
    (func (export "_start") (call $exit (i32.add (memory.grow (i32.const 15)) (memory.grow (i32.const 1)))))`);
  expect(run([wrun, "wasm", "--max-memory", "1m", path]).code).toBe(0);
  expect(run([wrun, "wasm", "--max-memory", "2m", path]).code).toBe(17);
  const refused = run([wrun, "wasm", "--max-memory", "32k", path]);
  expect(refused.code).toBe(126);
  expect(refused.stderr).toEndWith(": it needs 0.06 MiB of memory to start, and its limit is 0.03 MiB\n");
});

// Pages that are executable and belong to no file: the marks of a compiler.
function compiledPages(pid: number): string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines.filter((line) => /^\S+ ..x. /.test(line) && !/ \/|\[vdso\]|\[vsyscall\]/.test(line));
}

// The CPU time of a process in hundredths of a second: utime (proc(5), stat, field 14).
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]);
}

test("with --no-jit no page is executable but those of files, even under load", async () => {
  const path = await wasmOf(guests["in a busy loop"] ?? "");
  for (const [flags, compiled] of [
    [[], true],
    [["--no-jit"], false],
  ] as const) {
    const guest = start(path, flags);
    const { pid } = guest.process;
    // A loop is compiled once it has run for a while.
    await until("the guest has computed for half a second", () => cpuTicks(pid) >= 50);
    if (compiled) await until("the loop is compiled", () => compiledPages(pid).length > 0);
    expect(compiledPages(pid).length > 0).toBe(compiled);
    guest.process.kill("SIGKILL");
    await guest.process.exited;
  }
});

test("--no-jit keeps arguments and the guest's environment, and the outcome", async () => {
  const path = await wasmOf(
    `(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))`,
  );
  const ended = run([wrun, "wasm", "--no-jit", "--invoke", "add", path, "40", "2"]);
  expect(ended).toEqual({ code: 0, signal: null, stdout: "42\n", stderr: "" });
});

test("--no-jit keeps the descriptors that it is given by number", async () => {
  const path = await wasmOf('(func (export "_start"))');
  const script = 'exec 7>"$1.reports"; shift; exec "$@"';
  const ended = run(["sh", "-c", script, "sh", path, wrun, "wasm", "--no-jit", "--status-fd", "7", path]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(`${path}.reports`, "utf8")).toEndWith('{"report":"exited","code":0}\n');
});

test("--no-jit works where the executable is started by the dynamic loader", async () => {
  const installed = executable.slice(0, executable.lastIndexOf("/"));
  const path = await wasmOf(`${wasi.exit} (func (export "_start") (call $exit (i32.const 4)))`);
  const loader = [`${installed}/ld.so`, "--library-path", installed, executable];
  expect(run([...loader, "wasm", "--no-jit", path])).toMatchObject({ code: 4, stderr: "" });
});
