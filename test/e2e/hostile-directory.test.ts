import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fixture, writeBundle } from "../bundle.ts";
import { run, wrun } from "../wrun.ts";
import { type Outcome, Trap } from "./trap.ts";

const trap = new Trap();
const guest = fixture("surroundings");
const bundle = writeBundle(`${trap.directory}/bundle`, { guest: "surroundings" });
const ofItsOwn = ["--root", `${trap.directory}/state`, "--sandbox", "embedded"] as const;

/** What a user or an engine runs in a directory that somebody else has written. */
const commands: Record<string, readonly string[]> = {
  "wrun wasm": ["wasm", "--env", "A=1", "--", guest, "x"],
  "wrun inspect": ["inspect", guest],
  "wrun plan": ["plan", "--bundle", bundle, "--format", "json"],
  "wrun list": [...ofItsOwn, "list"],
  "wrun run": [...ofItsOwn, "run", "--bundle", bundle, "hostile"],
};

function workingDirectory(files: Record<string, string | Uint8Array>): string {
  const path = mkdtempSync(`${trap.directory}/cwd-`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(`${path}/${name}`), { recursive: true });
    writeFileSync(`${path}/${name}`, content);
  }
  return path;
}

const clean = workingDirectory({});
const expected = Object.fromEntries(
  Object.entries(commands).map(([name, args]) => [name, trap.outcome(args, { cwd: clean, env: {} })]),
);

function outcomeOf(name: string): Outcome {
  const outcome = expected[name];
  if (outcome === undefined) throw new Error(name);
  return outcome;
}

test("in an empty directory every command does its work", () => {
  for (const { code, stderr, sprung } of Object.values(expected)) {
    expect({ code, stderr, sprung }).toEqual({ code: 0, stderr: "", sprung: false });
  }
  expect(expected["wrun wasm"]?.stdout).toBe(`${guest}\0x\0A=1\0`);
  expect(expected["wrun run"]?.stdout).toStartWith("/app.wasm\0PATH=/bin\0");
});

const bunfig = `preload = [${JSON.stringify(trap.script)}]\n`;
const dotenv = `BUN_OPTIONS=--preload=${trap.script}\nBUN_JSC_dumpOptions=1\nA=stolen\nwrun:B=stolen\n`;

/** Files by which a JavaScript runtime runs somebody's code, or is steered, where it finds them. */
const attacks: Record<string, Record<string, string>> = {
  ".env": { ".env": dotenv, ".env.local": dotenv, ".env.production": dotenv, ".env.development": dotenv },
  "bunfig.toml": { "bunfig.toml": bunfig, ".bunfig.toml": bunfig, ".config/bunfig.toml": bunfig },
  "package.json": {
    "package.json": `{"type":"commonjs","main":${JSON.stringify(trap.script)},"imports":{"#*":${JSON.stringify(trap.script)}}}`,
  },
  "tsconfig.json": {
    "tsconfig.json": `{"compilerOptions":{"paths":{"*":[${JSON.stringify(trap.script)}]}}}`,
  },
  "scripts named as we name things": {
    "wasm.js": trap.source,
    "wasm/index.js": trap.source,
    "list.ts": trap.source,
    "main.ts": trap.source,
    "node_modules/wabt/index.js": trap.source,
  },
};

describe("a working directory changes nothing with", () => {
  for (const [what, files] of Object.entries(attacks)) {
    test(`${what} in it`, () => {
      const cwd = workingDirectory(files);
      for (const [name, args] of Object.entries(commands)) {
        expect({ name, ...trap.outcome(args, { cwd, env: {} }) }).toEqual({ name, ...outcomeOf(name) });
      }
    });
  }

  test.skipIf(trap.library === undefined)("an addon and libraries in it (needs a C compiler)", () => {
    const library = readFileSync(trap.library ?? "");
    const names = ["wrun.node", "dist/wrun.node", "native/wrun.node", "node_modules/wrun.node", "libdl.so.2"];
    const cwd = workingDirectory(Object.fromEntries(names.map((name) => [name, library])));
    for (const [name, args] of Object.entries(commands)) {
      expect({ name, ...trap.outcome(args, { cwd, env: {} }) }).toEqual({ name, ...outcomeOf(name) });
    }
  });
});

// The same files and the same runtime, but with the automatic loading that our build turns off.
describe("the attack is real: Bun itself obeys", () => {
  const env = { BUN_BE_BUN: "1" };

  test(".env", () => {
    const cwd = workingDirectory(attacks[".env"] ?? {});
    expect(trap.outcome(["-e", "console.log(process.env.A)"], { cwd, env }).stdout).toBe("stolen\n");
  });

  test("bunfig.toml", () => {
    const cwd = workingDirectory({ ...attacks["bunfig.toml"], "harmless.js": "" });
    expect(trap.outcome(["./harmless.js"], { cwd, env }).sprung).toBe(true);
  });
});

describe("the engine needs of its surroundings", () => {
  test("no HOME, TMPDIR, PATH, nor any other variable", () => {
    expect(trap.outcome(["wasm", guest], { cwd: clean, env: {} })).toEqual({
      code: 0,
      signal: null,
      stdout: `${guest}\0`,
      stderr: "",
      sprung: false,
    });
  });

  // It must still exist: where it has been removed, Bun does not start.
  test("no working directory that it may write or read", () => {
    for (const mode of ["500", "100"]) {
      const command = ["/bin/sh", "-c", `chmod ${mode} . && exec "$@"`, "sh", wrun, "wasm", guest];
      const cwd = workingDirectory({});
      const ended = run(command, {
        cwd,
        env: { HOME: "/nowhere", TMPDIR: "/nowhere", XDG_RUNTIME_DIR: "/nowhere" },
      });
      chmodSync(cwd, 0o700);
      expect(ended).toEqual({ code: 0, signal: null, stdout: `${guest}\0`, stderr: "" });
    }
  });
});
