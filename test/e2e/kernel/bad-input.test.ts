import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

interface Case {
  readonly name: string;
  /** Spoils a good bundle. */
  readonly spoil: (bundle: string) => void;
  readonly code: number;
  readonly says: RegExp;
}

const edit = (bundle: string, changes: object): void =>
  writeFileSync(
    `${bundle}/config.json`,
    JSON.stringify({ ...config, process: { ...config.process, args: ["/app.wasm"] }, ...changes }),
  );

// In the text format, which is translated before anything is looked at.
const module =
  (fields: string) =>
  (bundle: string): void =>
    writeFileSync(`${bundle}/rootfs/app.wasm`, `(module ${fields})`);

const cases: readonly Case[] = [
  {
    name: "a truncated module",
    spoil: (bundle) => truncateSync(`${bundle}/rootfs/app.wasm`, 60),
    code: 126,
    says: /^wrun: "?\/app\.wasm"?: malformed wasm: /,
  },
  {
    name: "a module that does not validate",
    spoil: module(`(func (export "_start") (result i32))`),
    code: 126,
    says: /^wrun: "\/app\.wasm": not a valid wasm module: /,
  },
  {
    name: "a module whose imports nobody has",
    spoil: module(`(import "env" "emscripten_memcpy" (func)) (func (export "_start"))`),
    code: 126,
    says: /^wrun: "\/app\.wasm": import "env" "emscripten_memcpy" is missing: it belongs to Emscripten/,
  },
  {
    name: "a module without an entry",
    spoil: module(`(func (export "compute"))`),
    code: 126,
    says: /^wrun: "\/app\.wasm": it has no _start: name a function.* it exports "compute"$/,
  },
  {
    name: "text that does not parse",
    spoil: module("(func (drpo))"),
    code: 126,
    says: /^wrun: "\/app\.wasm": malformed WAT: line 1:\d+: .*drpo/,
  },
  {
    name: "a component",
    spoil: (bundle) => writeFileSync(`${bundle}/rootfs/app.wasm`, "\0asm\x0d\0\x01\0"),
    code: 126,
    says: /^wrun: "?\/app\.wasm"?: it is a WebAssembly component/,
  },
  {
    name: "a missing entrypoint that an annotation calls wasm",
    spoil: (bundle) => {
      rmSync(`${bundle}/rootfs/app.wasm`);
      edit(bundle, { annotations: { "run.oci.handler": "wasm" } });
    },
    code: 127,
    says: /^wrun: "?\/app\.wasm"?: .*no such file or directory/,
  },
  {
    name: "a missing root file system",
    spoil: (bundle) => rmSync(`${bundle}/rootfs`, { recursive: true }),
    code: 1,
    says: /^wrun: \/.*\/rootfs: no such file or directory: root\.path of config\.json names it$/,
  },
  {
    name: "a broken config.json",
    spoil: (bundle) => writeFileSync(`${bundle}/config.json`, '{"ociVersion": "1.0'),
    code: 1,
    says: /^wrun: Cannot read config\.json: broken JSON at line 1, column \d+$/,
  },
  {
    name: "an empty module",
    spoil: (bundle) => writeFileSync(`${bundle}/rootfs/app.wasm`, ""),
    code: 1,
    says: /\/app\.wasm.*: exec format error/i,
  },
];

if (missing === undefined) {
  const environment = await openEnvironment();
  const good = (name: string) =>
    kernelBundle(`${environment.folder}/${name}`, ["/app.wasm"], { "/app.wasm": fixture("hello") });
  const id = (name: string) => `bad-${name}-${process.pid}`;
  const start = (bundle: string, name: string, ...flags: string[]): Ended =>
    environment.run([wrun, ...flags, "run", "--bundle", bundle, id(name)]);

  for (const runtime of lowLevelRuntimes) {
    describe(`on ${runtime}`, () => {
      cases.forEach(({ name, spoil, code, says }, index) => {
        test(`${name} is one clear line, and nothing is left`, () => {
          const bundle = good(`${runtime}-${index}`);
          spoil(bundle);
          const ended = start(bundle, `${runtime}-${index}`, "--runtime-path", runtime);
          expect(ended).toMatchObject({ code, stdout: "" });
          expect(ended.stderr.trimEnd()).toMatch(says);
          expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
          expect(readdirSync(`/run/${runtime}`)).not.toContain(id(`${runtime}-${index}`));
          expect(readdirSync(bundle).filter((file) => file !== "rootfs" && file !== ".wrun")).toEqual([
            "config.json",
          ]);
        });
      });
    });
  }

  test("a machine without crun and runc is told what to install, and nothing runs embedded instead", () => {
    const bundle = good("none");
    const ended = environment.run(["env", "PATH=/nowhere", wrun, "run", "--bundle", bundle, id("none")]);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^wrun: no low-level runtime: install crun or runc.*--sandbox embedded\n$/);
  });

  test("a runtime that does not exist is named", () => {
    const { code, stderr } = start(good("wrong"), "wrong", "--runtime-path", "/no/crun");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "wrun: the low-level runtime /no/crun does not exist: install it, or name another\n",
    });
  });

  // The bundle lies on a file system that is made so in the environment's mount namespace.
  const mounted = (name: string, mount: string): { readonly bundle: string; readonly before: string } => {
    const bundle = `${environment.folder}/${name}`;
    mkdirSync(bundle);
    const source = good(`${name}-source`);
    for (const folder of ["proc", "dev", "sys"]) mkdirSync(`${source}/rootfs/${folder}`);
    const script = `mount -t tmpfs -o size=256k tmpfs "$1" && cp -r "$2"/. "$1" && ${mount}`;
    const { code, stderr } = environment.run(["sh", "-c", script, "sh", bundle, source]);
    if (code !== 0) throw new Error(stderr);
    return { bundle, before: readFileSync(`${source}/config.json`, "utf8") };
  };

  for (const [name, mount, says] of [
    ["full", 'dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null; true', "No space left on device"],
    ["read-only", 'mount -o remount,ro "$1"', "Read-only file system"],
  ] as const) {
    test(`a ${name} disk is named where runc needs a file on it, and the config.json that came survives`, () => {
      const { bundle, before } = mounted(name, mount);
      const { code, stderr, stdout } = start(bundle, name, "--runtime-path", "runc");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^wrun: cannot (write|create) ${bundle}/\\.wrun.*: ${says}\\n$`));
      expect(environment.run(["cat", `${bundle}/config.json`]).stdout).toBe(before);
      expect(environment.run(["ls", bundle]).stdout.replace("fill\n", "")).toBe("config.json\nrootfs\n");
    });

    test(`a ${name} disk is no hindrance on crun, which gets its config.json in memory`, () => {
      const { bundle } = mounted(`${name}-crun`, mount);
      expect(start(bundle, `${name}-crun`, "--runtime-path", "crun")).toMatchObject({
        code: 0,
        stdout: "hello\n",
      });
    });
  }

  for (const [annotation, known] of [
    ["run.oci.handler", "wasm"],
    ["module.wasm.image/variant", "compat"],
  ] as const)
    test(`an unknown value of ${annotation} is told, with what to write, and the content decides`, () => {
      const bundle = good("annotated");
      edit(bundle, { annotations: { [annotation]: "wamsr" } });
      expect(start(bundle, annotation.replace("/", "-"))).toEqual({
        code: 0,
        signal: null,
        stdout: "hello\n",
        stderr: `wrun: warning: annotations.${annotation}: "wamsr" means nothing to wrun: write ${known}, or leave it to the file's content\n`,
      });
    });

  test("errors go to the log in its format, too", () => {
    const log = `${environment.folder}/log.json`;
    start(`${environment.folder}/nowhere`, "log", "--log", log, "--log-format", "json");
    const entry = JSON.parse(readFileSync(log, "utf8")) as Record<string, string>;
    expect(Object.keys(entry)).toEqual(["msg", "level", "time"]);
    expect(entry["msg"]).toBe(
      `cannot read the bundle: ${environment.folder}/nowhere: no such file or directory`,
    );
  });
}
