import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "bun:test";
import { fixture, writeBundle } from "../bundle.ts";
import { run, temporaryDirectory, wrun } from "../wrun.ts";
import { Containers } from "./containers.ts";

const place = temporaryDirectory();
const containers = new Containers(`${place}/state`);
const sleeper = writeBundle(`${place}/sleeper`, { guest: "mark-and-sleep" });
const whole = readFileSync(fixture("hello"));
const outOfReach = "../../../../etc/passwd";

afterAll(() => containers.clean());

function bundle(name: string, parts: Partial<Parameters<typeof writeBundle>[1]>): string {
  return writeBundle(`${place}/${name}`, { guest: "hello", ...parts });
}

function withConfig(name: string, text: string): string {
  const directory = bundle(name, {});
  writeFileSync(`${directory}/config.json`, text);
  return directory;
}

function withoutConfig(name: string): string {
  mkdirSync(`${place}/${name}`, { recursive: true });
  return `${place}/${name}`;
}

const broken: readonly (readonly [string, string, RegExp])[] = [
  ["a missing bundle", `${place}/nowhere`, /nowhere.*no such file or directory/i],
  ["a bundle without config.json", withoutConfig("bare"), /config\.json.*no such file or directory/i],
  ["a config.json that is cut", withConfig("cut", '{"ociVersion":"1.0.2",'), /config\.json/],
  ["a config.json of another type", withConfig("typed", '{"ociVersion":"1.0.2","process":7}'), /process/],
  ["a config.json without a version", withConfig("bare-object", "{}"), /ociVersion/],
  ["an empty wasm file", bundle("empty", { guest: new Uint8Array() }), /app\.wasm|empty/],
  ["a truncated wasm file", bundle("half", { guest: whole.subarray(0, whole.length / 2) }), /app\.wasm/],
  ["a wasm header alone", bundle("header", { guest: whole.subarray(0, 6) }), /app\.wasm/],
  [
    "a wasm file of noise",
    bundle("noise", { guest: Buffer.from("\0asm\x01\0\0\0\xff\xff\xff\xff") }),
    /app\.wasm/,
  ],
  ["a missing entrypoint", bundle("absent", { process: { args: ["/absent.wasm"] } }), /absent\.wasm/],
  ["no entrypoint at all", bundle("no-args", { process: { args: [] } }), /args/],
  ["an entrypoint outside", bundle("outside", { process: { args: [outOfReach] } }), /passwd/],
  ["a native entrypoint", bundle("native", { guest: Buffer.from("\x7fELF") }), /kernel sandbox/],
];

for (const [what, directory, message] of broken) {
  test(`${what} is one line on stderr, the same in the log, exit code 1, and nothing is left`, () => {
    const annotated = what.includes("wasm") ? "wasm" : undefined;
    if (annotated !== undefined) annotate(directory);
    for (const verb of ["create", "run"]) {
      const log = `${place}/log.json`;
      rmSync(log, { force: true });
      const global = ["--log", log, "--log-format", "json"];
      const ended = containers.run([
        ...global,
        verb,
        "--bundle",
        directory,
        "--pid-file",
        `${place}/pid`,
        "broken",
      ]);
      expect(ended).toMatchObject({ code: 1, stdout: "" });
      expect(ended.stderr).toMatch(/^wrun: [^\n]+\n$/);
      expect(ended.stderr).toMatch(message);
      const { msg, level, time } = JSON.parse(readFileSync(log, "utf8")) as Record<string, string>;
      expect({ msg, level }).toEqual({ msg: ended.stderr.slice("wrun: ".length, -1), level: "error" });
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
      expect(containers.left()).toEqual([]);
      expect(containers.processes()).toEqual([]);
      expect(() => readFileSync(`${place}/pid`)).toThrow("ENOENT");
    }
  });
}

// Without it, a file that does not look like wasm is taken for a native one.
function annotate(directory: string): void {
  const path = `${directory}/config.json`;
  const config = JSON.parse(readFileSync(path, "utf8")) as object;
  writeFileSync(path, JSON.stringify({ ...config, annotations: { "run.oci.handler": "wasm" } }));
}

function refusal(...args: string[]): string {
  const ended = containers.run(args);
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toMatch(/^wrun: [^\n]+\n$/);
  return ended.stderr;
}

test("moves that the state does not allow are refused, and the container stays as it was", () => {
  containers.ok("create", "--bundle", sleeper, "moves");
  expect(refusal("create", "--bundle", sleeper, "moves")).toContain('container "moves" already exists');
  expect(containers.state("moves").status).toBe("created");
  containers.ok("start", "moves");
  expect(refusal("start", "moves")).toContain("it is running");
  expect(refusal("delete", "moves")).toContain("it is running");
  expect(refusal("run", "--bundle", sleeper, "moves")).toContain("already exists");
  expect(containers.state("moves").status).toBe("running");
  containers.ok("delete", "--force", "moves");
});

test("kill of a stopped container says what CRI-O and containerd look for", () => {
  expect(containers.run(["run", "--keep", "--bundle", bundle("done", { guest: "exit7" }), "done"]).code).toBe(
    7,
  );
  const message = refusal("kill", "done", "KILL");
  expect(message).toContain("container not running");
  expect(message).toContain("no such process");
  expect(refusal("start", "done")).toContain("it is stopped");
  containers.ok("delete", "done");
});

test("a container that does not exist is an error for every verb but delete --force", () => {
  for (const args of [["state"], ["start"], ["kill"], ["delete"]]) {
    expect(refusal(...args, "nobody")).toBe('wrun: container "nobody" does not exist\n');
  }
  containers.ok("delete", "--force", "nobody");
});

test("what cannot be printed is an error, and no empty answer", () => {
  for (const verb of [
    ["list"],
    ["--version"],
    ["--help"],
    ["plan", "--bundle", sleeper],
    ["inspect", fixture("hello")],
  ]) {
    const words = containers.command(...verb).map((word) => `'${word}'`);
    const ended = run(["sh", "-c", `${words.join(" ")} >/dev/full`]);
    const shown = "wrun: cannot write standard output: No space left on device\n";
    expect([verb, ended]).toEqual([verb, { code: 1, signal: null, stdout: "", stderr: shown }]);
  }
});

test("what no sandbox could run is not sent to another one", () => {
  const nothing = bundle("nothing", { guest: new Uint8Array() });
  expect(refusal("run", "--bundle", nothing, "n")).toBe("wrun: /app.wasm is an empty file\n");
  const absent = bundle("nowhere-in-it", { process: { args: ["/no.wasm"] } });
  expect(refusal("run", "--bundle", absent, "n")).toContain("/no.wasm: no such file or directory");
  expect(refusal("run", "--bundle", absent, "n")).not.toContain("kernel");
});

test("arguments that the kernel refuses to pass on are one line that says so", () => {
  const long = bundle("long", { process: { args: ["/app.wasm", "x".repeat(200_000)] } });
  expect(refusal("run", "--bundle", long, "long")).toContain("Argument list too long");
});

test("the flags of every verb stand before it and after it", () => {
  const log = `${place}/everywhere.log`;
  const flags = [
    "--root",
    `${place}/elsewhere`,
    "--log",
    log,
    "--log-format",
    "json",
    "--sandbox",
    "embedded",
  ];
  for (const [verb, ...operands] of [
    ["inspect", fixture("hello")],
    ["plan", "--bundle", sleeper],
  ]) {
    const before = run([wrun, ...flags, verb ?? "", ...operands]);
    expect([verb, before]).toEqual([verb, { ...before, code: 0, stderr: "" }]);
    expect([verb, run([wrun, verb ?? "", ...operands, ...flags])]).toEqual([verb, before]);
  }
  run([wrun, "inspect", "/no/such.wasm", ...flags]);
  expect(readFileSync(log, "utf8")).toContain("/no/such.wasm");
});

test("ids that could lead elsewhere are refused", () => {
  for (const id of ["", ".", "..", "a/b", "../x", "a b", "a\nb"]) {
    for (const verb of ["state", "create", "delete"])
      expect(refusal(verb, "--", id)).toContain("invalid container id");
  }
});

test("what cannot be read on the command line is one line", () => {
  for (const args of [[], ["frobnicate"], ["state"], ["state", "--bogus", "a"], ["kill", "a", "NOSUCH"]])
    refusal(...args);
  for (const flag of ["--log-format=xml", "--log-level=all", "--sandbox=none", "--root="])
    refusal(flag, "list");
  refusal("create", "--preserve-fds", "500", "--bundle", sleeper, "fds");
  refusal("create", "--preserve-fds", "x", "--bundle", sleeper, "fds");
  refusal("create", "--console-socket", "/nowhere", "--bundle", sleeper, "console");
  refusal("--log", `${place}/no/such/log`, "list");
  expect(containers.left()).toEqual([]);
});

test("a pid file that cannot be written undoes the creation", () => {
  expect(refusal("create", "--bundle", sleeper, "--pid-file", `${place}/no/such/pid`, "nopid")).toContain(
    "no/such/pid",
  );
  expect([containers.left(), containers.processes()]).toEqual([[], []]);
});

test("--version and --help work for the program and for every verb", () => {
  expect(containers.ok("--version")).toMatch(/^wrun version \d+\.\d+\.\d+/);
  const verbs = [...containers.ok("--help").matchAll(/^ {2}(\w+) {2,}/gm)].map(([, verb]) => verb ?? "");
  expect(verbs).toEqual(
    expect.arrayContaining(["run", "create", "start", "state", "kill", "delete", "list", "wasm"]),
  );
  for (const verb of verbs) {
    const { code, stdout, stderr } = run([wrun, verb, "--help"]);
    expect([verb, code, stderr]).toEqual([verb, 0, ""]);
    expect(stdout).toMatch(new RegExp(`^usage: wrun .*${verb}`, "i"));
  }
});
