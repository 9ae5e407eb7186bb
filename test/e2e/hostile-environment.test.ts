import { describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { fixture, writeBundle } from "../bundle.ts";
import { type Outcome, Trap } from "./trap.ts";

const trap = new Trap();
const guest = fixture("surroundings");
const script = `--preload=${trap.script}`;

/** Variables that steer Bun, JavaScriptCore or the dynamic loader, and what proves that they do where they arrive as they are. */
const attacks: readonly (readonly [name: string, value: string, works: boolean])[] = [
  ["BUN_BE_BUN", "1", true],
  ["BUN_OPTIONS", script, true],
  ["BUN_JSC_dumpOptions", "1", true],
  ["BUN_JSC_useWasm", "0", true],
  ["BUN_INSPECT_PRELOAD", trap.script, false],
  ["BUN_CONFIG_PRELOAD", trap.script, false],
  ["NODE_OPTIONS", `--require=${trap.script}`, false],
  ["MIMALLOC_VERBOSE", "1", true],
  ["LD_DEBUG", "libs", true],
  ["LD_BIND_NOW", "1", false],
  ["GLIBC_TUNABLES", "glibc.malloc.check=3", false],
  ["WRUN_RUNTIME", "/nowhere", false],
  ["PATH", "/nowhere", false],
];

const libraryAttacks: typeof attacks = [
  ["LD_PRELOAD", trap.library ?? "", true],
  ["LD_AUDIT", trap.library ?? "", true],
  ["LD_LIBRARY_PATH", trap.libraries, true],
];

const clean: Outcome = { code: 0, signal: null, stdout: `${guest}\0`, stderr: "", sprung: false };

function engine(env: Record<string, string>): Outcome {
  return trap.outcome(["wasm", guest], { env });
}

test("without an attack the guest runs, and sees no variable", () => {
  expect(engine({})).toEqual(clean);
  expect(engine({ A: "1" })).toEqual(clean);
});

describe.each([
  ["", attacks],
  [" (needs a C compiler)", trap.library === undefined ? [] : libraryAttacks],
])("a variable of the guest's reaches the guest and steers nothing%s:", (_needs, rows) => {
  for (const [name, value, works] of rows) {
    test(name, () => {
      expect(engine({ [`wrun:${name}`]: value })).toEqual({
        ...clean,
        stdout: `${guest}\0${name}=${value}\0`,
      });
    });

    if (!works) continue;
    test(`${name} is a real attack: as it is, it changes the run`, () => {
      expect(engine({ [name]: value })).not.toEqual(clean);
    });
  }
});

test("BUN_OPTIONS and LD_PRELOAD run the attacker's code where they arrive as they are", () => {
  expect(engine({ BUN_OPTIONS: script }).sprung).toBe(true);
  if (trap.library !== undefined) expect(engine({ LD_PRELOAD: trap.library }).sprung).toBe(true);
});

describe("wrun run gives the guest config.json's variables and takes none itself:", () => {
  for (const [name, value] of [...attacks, ...(trap.library === undefined ? [] : libraryAttacks)]) {
    test(name, () => {
      const bundle = writeBundle(`${trap.directory}/${name}`, {
        guest: "surroundings",
        process: { env: [`${name}=${value}`, `wrun:${name}=${value}`] },
      });
      const root = ["--root", `${trap.directory}/state`, "--sandbox", "embedded"];
      const { stdout, ...rest } = trap.outcome([...root, "run", "--bundle", bundle, name], { env: {} });
      expect(rest).toEqual({ code: 0, signal: null, stderr: "", sprung: false });
      expect(stdout).toStartWith(`/app.wasm\0${name}=${value}\0wrun:${name}=${value}\0`);
    });
  }
});

const words = [
  "--help",
  "--version",
  "--dir",
  "/::/",
  "--no-jit",
  "--env=LEAKED=1",
  "--status-fd=1",
  script,
  `--require=${trap.script}`,
  "-r",
  trap.script,
  "-e",
  "process.exit(66)",
  "--eval=process.exit(66)",
  "--print",
  "--inspect-brk",
  "--watch",
  "--",
  "",
  "two\nlines",
];

test("words after the module are the guest's, whatever they look like", () => {
  const whole = trap.outcome(["wasm", "--", guest, ...words], { env: {} });
  expect(whole).toEqual({ ...clean, stdout: [guest, ...words, ""].join("\0") });
  for (const word of words) {
    expect(trap.outcome(["wasm", guest, word], { env: {} })).toEqual({
      ...clean,
      stdout: `${guest}\0${word}\0`,
    });
  }
});

test("a module whose name looks like a flag is a module after --", () => {
  for (const name of ["--help", "-e", "--no-jit", "--preload=x"]) {
    copyFileSync(guest, `${trap.directory}/${name}`);
    const ended = trap.outcome(["wasm", "--", name, "x"], { cwd: trap.directory, env: {} });
    expect(ended).toEqual({ ...clean, stdout: `${name}\0x\0` });
  }
});
