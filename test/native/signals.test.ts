import { afterAll, expect, test } from "bun:test";
import { existsSync, openSync, readFileSync, readdirSync } from "node:fs";
import { native } from "../../native/native.ts";
import { run, temporaryDirectory } from "../wrun.ts";
import { failed, pipe, readAll, snippet } from "./scratch.ts";

const directory = temporaryDirectory();
const descriptors = (): number => readdirSync("/proc/self/fd").length;
const before = descriptors();
const started: number[] = [];
afterAll(() => {
  for (const pid of started) if (native.waitpid(pid, 1) === 0) native.kill(pid, 9);
});

/** Starts a snippet with its status descriptor 3 on a file, and returns once it has printed a line. */
function startReporting(source: string, report: string): number {
  const [reader, writer] = pipe();
  const [program = "", ...args] = snippet(source);
  const status = openSync(report, "w");
  const pid = native.spawn({
    path: program,
    argv: [program, ...args],
    env: [],
    fds: [-1, writer, 2, status],
  });
  started.push(pid);
  native.close(writer);
  native.close(status);
  expect(native.read(reader, new ArrayBuffer(16), 0, 16)).toBe(6);
  native.close(reader);
  return pid;
}

// (loop (br 0)) as `_start`: a module in 40 bytes.
const wasmLoop = `new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from([
  0,97,115,109,1,0,0,0, 1,4,1,96,0,0, 3,2,1,0, 7,5,1,1,95,0,0, 10,9,1,7,0,3,64,12,0,11,11])))`;

const busy = {
  "a loop in JavaScript": "for (;;);",
  "a loop in wasm": `${wasmLoop}.exports._();`,
  "a blocking read": "native.read(native.pipe()[0], new ArrayBuffer(1), 0, 1);",
  "a sleep": "native.nanosleep(1, 0, 10n ** 18n);",
} as const;

test.each(Object.entries(busy))(
  "exitOnSignals() ends %s, with the report and 128 + the signal",
  (what, loop) => {
    for (const signal of [15, 2, 1]) {
      const report = `${directory}/${what.replaceAll(" ", "-")}-${signal}`;
      const pid = startReporting(
        `native.exitOnSignals([1, 2, 15], 3); console.log("ready"); ${loop}`,
        report,
      );
      expect(native.kill(pid, signal)).toBe(0);
      expect(native.waitpid(pid, 0)).toEqual([1, 128 + signal]);
      expect(readFileSync(report, "utf8")).toBe(`{"report":"signalled","signal":${signal}}\n`);
    }
  },
);

test("without exitOnSignals() the same loop is killed, and reports nothing", () => {
  const report = `${directory}/without`;
  const pid = startReporting(`console.log("ready"); ${busy["a loop in wasm"]}`, report);
  native.kill(pid, 15);
  expect(native.waitpid(pid, 0)).toEqual([2, 15]);
  expect(readFileSync(report, "utf8")).toBe("");
});

test("exitOnSignals() takes a descriptor that cannot be written, and -1 for none", () => {
  for (const [what, fd] of [
    ["closed", 99],
    ["none", -1],
  ] as const) {
    const pid = startReporting(
      `native.exitOnSignals([15], ${fd}); console.log("ready"); for (;;);`,
      `${directory}/${what}`,
    );
    native.kill(pid, 15);
    expect(native.waitpid(pid, 0)).toEqual([1, 143]);
  }
});

test("exitOnSignals() reports whatever limit there is on the size of files", () => {
  const report = `${directory}/file-size`;
  const pid = startReporting(
    `native.setrlimit(1, 0, -1); native.exitOnSignals([15], 3); console.log("ready"); for (;;);`,
    report,
  );
  native.kill(pid, 15);
  expect(native.waitpid(pid, 0)).toEqual([1, 143]);
  expect(readFileSync(report, "utf8")).toBe('{"report":"signalled","signal":15}\n');
});

test("exitOnSignals() works with the report's reader gone: no SIGPIPE gets in its way", () => {
  const ended = run(
    snippet(`
    const [reader, writer] = native.pipe();
    native.close(reader);
    native.exitOnSignals([15], writer);
    native.kill(native.getpid(), 15);
  `),
  );
  expect(ended.code).toBe(143);
});

test("exitOnSignals() ends a process whose caller had blocked or ignored the signal", () => {
  const inherited = `trap '' TERM; exec "$@"`;
  const ended = run([
    "/bin/sh",
    "-c",
    inherited,
    "sh",
    ...snippet("native.exitOnSignals([15], -1); native.kill(native.getpid(), 15); for (;;);"),
  ]);
  expect(ended.code).toBe(143);
});

test("exitOnSignals() and ignoreSignal() refuse what nobody can handle", () => {
  for (const signal of [9, 19, 0, -1, 65, 32]) {
    expect(native.exitOnSignals([signal], -1)).toBe(failed.inval);
    expect(native.ignoreSignal(signal)).toBe(failed.inval);
  }
});

test("ignoreSignal() ignores", () => {
  const ended = run(snippet(`native.ignoreSignal(15); native.kill(native.getpid(), 15); native.exit(5);`));
  expect([ended.code, ended.signal]).toEqual([5, null]);
});

test("raiseDefault() ends the process by the signal, a handler notwithstanding", () => {
  for (const [signal, name] of [
    [15, "SIGTERM"],
    [13, "SIGPIPE"],
    [6, "SIGABRT"],
    [11, "SIGSEGV"],
  ] as const) {
    const ended = run(
      snippet(
        `native.exitOnSignals([15], -1); native.setrlimit(4, 0, 0); native.raiseDefault(${signal}); for (;;);`,
      ),
    );
    expect(ended.signal).toBe(name);
  }
});

const isRoot = native.geteuid() === 0 && existsSync("/usr/bin/unshare");

test.skipIf(!isRoot)("exitOnSignals() works for PID 1 of a pid namespace (needs root and unshare)", () => {
  const [reader, writer] = pipe();
  const program = snippet(
    `native.exitOnSignals([15], -1); console.log("ready" + native.getpid()); ${busy["a loop in wasm"]}`,
  );
  const unshare = native.spawn({
    path: "/usr/bin/unshare",
    argv: ["unshare", "-p", "-f", "--kill-child", ...program],
    env: [],
    fds: [-1, writer, 2],
  });
  started.push(unshare);
  native.close(writer);
  expect(native.read(reader, new ArrayBuffer(16), 0, 16)).toBe(7);
  const child = Number(readFileSync(`/proc/${unshare}/task/${unshare}/children`, "utf8").trim());
  expect(readFileSync(`/proc/${child}/status`, "utf8")).toMatch(/NSpid:.*\t1\n/);
  native.kill(child, 15);
  expect(native.waitpid(unshare, 0)).toEqual([1, 143]);
  expect(readAll(reader)).toBe("");
  native.close(reader);
});

// JavaScriptCore stops threads by SIGPWR and turns SIGSEGV and SIGBUS of wasm into traps.
test("the addon leaves the runtime's own signals alone: traps and collections go on", () => {
  const ended = run(
    snippet(`
    native.exitOnSignals([1, 2, 3, 10, 12, 14, 15, 24], -1);
    for (let i = 0; i < 50; i++) { Array.from({ length: 10000 }, () => ({})); Bun.gc(true); }
    const memory = Uint8Array.from([0,97,115,109,1,0,0,0, 1,5,1,96,0,1,127, 3,2,1,0, 5,3,1,0,1, 7,5,1,1,95,0,0, 10,13,1,11,0,65,255,255,255,255,7,40,2,0,11]);
    try { new WebAssembly.Instance(new WebAssembly.Module(memory)).exports._(); } catch (error) { console.log(error.name); }
  `),
  );
  expect(ended.stdout).toBe("RuntimeError\n");
});

// The runtime opens a few of its own meanwhile.
test("this process has all its descriptors back", () => {
  expect(descriptors()).toBeLessThan(before + 16);
});
