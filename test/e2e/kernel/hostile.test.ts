import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { run } from "../../wrun.ts";
import { type Environment, lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { buildImage, type ImageSource } from "./images.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");
const command = ["echo", "clean", ",", "ls", "/", ",", "exit", "5"];

/** Code that says so if it is ever loaded into the engine. */
const loud = {
  js: 'console.log("ATTACK: preload"); process.exit(66);',
  c: 'puts("ATTACK: constructor"); _exit(66);',
};

/** Images that try to steer the engine's own runtime. What each has beside the clean image must change nothing. */
function attacks(object: string): Record<string, Partial<ImageSource>> {
  const from = { from: object };
  const preload = { "/attack.js": { text: loud.js } };
  const libraries = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "libnss_files.so.2"];
  const folders = ["/lib", "/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu"];
  return {
    ".env in the working directory": {
      files: { "/.env": { text: "BUN_OPTIONS=--preload=/attack.js\n" }, ...preload },
    },
    "bunfig.toml in the working directory": {
      files: {
        "/bunfig.toml": { text: 'preload = ["/attack.js"]\n' },
        "/.bunfig.toml": { text: 'preload = ["/attack.js"]\n' },
        ...preload,
      },
    },
    "BUN_OPTIONS and BUN_BE_BUN": {
      env: { BUN_OPTIONS: "--preload=/attack.js", BUN_BE_BUN: "1", BUN_INSPECT: "1" },
      files: preload,
    },
    NODE_OPTIONS: { env: { NODE_OPTIONS: "--require=/attack.js" }, files: preload },
    "BUN_JSC options": { env: { BUN_JSC_useWasm: "0", BUN_JSC_dumpOptions: "3", BUN_JSC_useJIT: "0" } },
    "LD_PRELOAD, LD_AUDIT and LD_LIBRARY_PATH": {
      env: {
        LD_PRELOAD: "/attack.so",
        LD_AUDIT: "/attack.so",
        LD_LIBRARY_PATH: "/",
        LD_DEBUG: "all",
        GLIBC_TUNABLES: "glibc.malloc.check=3",
      },
      files: { "/attack.so": from, "/libc.so.6": from },
    },
    "/etc/ld.so.preload": { files: { "/etc/ld.so.preload": { text: "/attack.so\n" }, "/attack.so": from } },
    "libraries where the loader looks": {
      files: Object.fromEntries(
        folders.flatMap((folder) => libraries.map((name) => [`${folder}/${name}`, from])),
      ),
    },
    "nsswitch and resolver settings": {
      files: {
        "/etc/nsswitch.conf": { text: "passwd: attack\nhosts: attack\n" },
        "/lib/libnss_attack.so.2": from,
      },
    },
    "a locale and gconv modules": {
      env: { LC_ALL: "en_US.UTF-8", LOCPATH: "/locale", GCONV_PATH: "/gconv", NLSPATH: "/%N" },
      files: {
        "/gconv/gconv-modules": { text: "module UTF-8// INTERNAL ../attack 1\n" },
        "/attack.so": from,
      },
    },
    "a broken time zone": {
      env: { TZ: "/attack.so" },
      files: { "/etc/localtime": { text: "TZif2 broken" }, "/attack.so": from },
    },
    "variables that look like the wrapped ones": {
      env: { "wrun:LD_PRELOAD": "/attack.so" },
      files: { "/attack.so": from },
    },
    "a package.json and a tsconfig.json": {
      files: {
        "/package.json": { text: '{"name":"a","imports":{"#x":"./attack.js"}}' },
        "/tsconfig.json": { text: '{"extends":"./attack.js"}' },
        ...preload,
      },
    },
  };
}

if (skipped === undefined) {
  const environment = await openEnvironment();
  const attack = attackObject(environment);
  const build = (name: string, { files, env }: Partial<ImageSource>) =>
    buildImage(environment, {
      name,
      entrypoint: ["/app/toolbox.wasm"],
      workdir: "/",
      files: { ...files, "/app/toolbox.wasm": { from: fixture("toolbox") } },
      ...(env === undefined ? {} : { env }),
    });
  const images = Object.entries(attacks(attack)).map(
    ([name, image], index) => [name, build(`attack-${index}`, image)] as const,
  );

  for (const runtime of lowLevelRuntimes) {
    const once = (image: string, ...args: string[]) =>
      environment.run(["podman", "--runtime", `wrun-${runtime}`, "run", "--rm", image, ...args]);

    describe(`on ${runtime} an image changes nothing in the engine with`, () => {
      for (const [name, image] of images) {
        test(name, () => {
          const { code, stdout, stderr } = once(image, ...command);
          expect({ code, stderr, said: stdout.split("\n")[0], lines: stdout.split("\n").length }).toEqual({
            code: 5,
            stderr: "",
            said: "clean",
            lines: 3,
          });
        });
      }

      test("arguments that look like the engine's flags", () => {
        const { code, stdout } = once(
          images[0]?.[1] ?? "",
          "echo",
          "--dir",
          "/proc::/p",
          "--env=X=1",
          "--",
          "-x",
        );
        expect({ code, stdout }).toEqual({ code: 0, stdout: "--dir /proc::/p --env=X=1 -- -x\n" });
      });
    });

    test(`on ${runtime} symlinks where the engine is mounted lead nowhere`, () => {
      const image = linkedImage(environment, `links-${runtime}`);
      const { code, stdout } = once(image, "echo", "clean", ",", "cat", "/p/self/environ", ",", "ls", "/e");
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: "clean\n/p/self/environ: No such file or directory\n/e: No such file or directory\n",
      });
    });
  }
}

function attackObject({ folder }: Environment): string {
  const path = `${folder}/attack.so`;
  const source = `#include <stdio.h>\n#include <unistd.h>\n__attribute__((constructor)) static void attack(void) { ${loud.c} }\n`;
  writeFileSync(`${path}.c`, source);
  const compiled = run(["cc", "-shared", "-fPIC", `${path}.c`, "-o", path]);
  if (compiled.code !== 0) throw new Error(compiled.stderr);
  return path;
}

// Links are copied into an image as links, wherever they point.
function linkedImage(environment: Environment, name: string): string {
  const context = `${environment.folder}/${name}`;
  rmSync(context, { recursive: true, force: true });
  mkdirSync(`${context}/tree/dev`, { recursive: true });
  copyFileSync(fixture("toolbox"), `${context}/tree/toolbox.wasm`);
  symlinkSync("/etc", `${context}/tree/dev/.wrun`);
  symlinkSync("/proc", `${context}/tree/p`);
  symlinkSync("/dev/.wrun", `${context}/tree/e`);
  writeFileSync(`${context}/Containerfile`, 'FROM scratch\nCOPY tree /\nENTRYPOINT ["/toolbox.wasm"]\n');
  const built = environment.run(["buildah", "build", "--quiet", "--tag", `localhost/${name}`, context]);
  if (built.code !== 0) throw new Error(built.stderr);
  return `localhost/${name}`;
}
