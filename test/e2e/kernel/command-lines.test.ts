import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const id = `command-line-${process.pid}`;

// What the low-level runtimes refuse, or one of them; the bundle is the working directory.
const odd: readonly (readonly string[])[] = [
  ["run"],
  ["create"],
  ["run", id, "another"],
  ["run", "--no-pivot", "another", id],
  ["run", "--rm", id],
  ["create", "--rm", id],
  ["run", "--bundle", ".", "--rm", id],
  ["run", "--unknown", "value", id],
  ["run", id, "--rm"],
  ["run", "--bundle"],
  ["create", "--pid-file"],
  ["--unknown", "run", id],
  ["--log-format", "xml", "run", id],
  ["--log", "/none/log", "run", id],
  ["--cgroup-manager", "none", "run", id],
  ["run", "--no-pivot=perhaps", id],
  ["run", ".."],
  ["run", "a/b"],
  ["run", "-nosuchflag", id],
  ["run", "--con", "x", id],
];

// What both take, or one of them, in spellings that are not everyone's.
const spellings: readonly (readonly string[])[] = [
  ["run", "--bundle=.", id],
  ["run", "--bundle", "/none", "--bundle", ".", id],
  ["run", "-b", ".", id],
  ["run", "-b.", id],
  ["run", "-b=.", id],
  ["run", "-bundle", ".", id],
  ["run", "--bun", ".", id],
  ["run", "--bundle", ".", "--", id],
  ["run", id, "--bundle", "."],
  ["--systemd-cgroup=false", "run", id],
  ["run", "--no-piv", id],
];

if (missing === undefined) {
  const environment = await openEnvironment();
  for (const runtime of lowLevelRuntimes) {
    const program = Bun.which(runtime) ?? runtime;
    const bundle = kernelBundle(`${environment.folder}/${runtime}`, ["/app.wasm"], {
      "/app.wasm": fixture("hello"),
    });
    const config = readFileSync(`${bundle}/config.json`, "utf8");
    const files = ["config.json", "rootfs"];
    // The runtimes make mount points in the rootfs.
    const left = (): string[] => readdirSync(bundle).sort();
    const fresh = (): void => {
      for (const name of [".wrun", "wrun.report"])
        rmSync(`${bundle}/${name}`, { recursive: true, force: true });
      writeFileSync(`${bundle}/config.json`, config);
    };
    const start = (front: readonly string[], argv: readonly string[]): Ended => {
      fresh();
      const there = ["sh", "-c", 'cd "$0" && exec "$@"', bundle];
      const { stderr, ...ended } = environment.run([...there, ...front, ...argv]);
      return { ...ended, stderr: stderr.replaceAll(/^time="[^"]*"/gm, "") };
    };
    const ours = [wrun, "--runtime-path", program];

    describe(`on ${runtime}`, () => {
      for (const argv of odd)
        test(`wrun ${argv.join(" ")} is refused in the runtime's own words, and changes nothing`, () => {
          const refused = start(ours, argv);
          expect(left()).toEqual(files);
          expect(readFileSync(`${bundle}/config.json`, "utf8")).toBe(config);
          const plain = start([program], argv);
          expect(plain.code).not.toBe(0);
          expect(refused).toEqual(plain);
        });

      for (const argv of spellings)
        test(`wrun ${argv.join(" ")} runs the guest where the runtime would run a program`, () => {
          const plain = start([program], argv);
          const ended = start(ours, argv);
          // The runtime itself finds no program in a module, after it has taken the command line.
          const isTaken = /exec format error/i.test(plain.stderr);
          if (isTaken) expect(ended).toMatchObject({ code: 0, stdout: "hello\n" });
          else expect(ended).toEqual(plain);
          if (!isTaken) expect(left()).toEqual(files);
        });

      test("a bundle that is missing, or a file, is named, and nothing is made", () => {
        for (const [path, says] of [
          ["/none", "cannot read the bundle: /none: no such file or directory"],
          [`${bundle}/config.json`, `cannot read the bundle: ${bundle}/config.json: not a directory`],
          [
            `${bundle}/rootfs`,
            `cannot read the bundle: ${bundle}/rootfs/config.json: no such file or directory`,
          ],
        ] as const)
          expect(start(ours, ["create", "--bundle", path, id])).toMatchObject({
            code: 1,
            stdout: "",
            stderr: `wrun: ${says}\n`,
          });
        expect(left()).toEqual(files);
      });

      test("the name of a container that exists is refused before the bundle is edited", () => {
        const root = ["--root", `${environment.folder}/${runtime}-state`];
        const sleeping = kernelBundle(`${environment.folder}/${runtime}-sleeping`, ["/app.wasm"], {
          "/app.wasm": fixture("hello"),
        });
        const silently = ["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh"];
        expect(environment.run([...silently, ...ours, ...root, "create", "-b", sleeping, id]).code).toBe(0);
        const second = start([...ours, ...root], ["create", id]);
        expect(left()).toEqual(files);
        expect(second.code).toBe(1);
        expect(second.stderr).toMatch(/exist/);
        expect(environment.run([...ours, ...root, "delete", "--force", id]).code).toBe(0);
      });

      test("an exec that the runtime refuses leaves the file of its process as it was", () => {
        const root = ["--root", `${environment.folder}/${runtime}-exec`];
        const silently = ["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh"];
        fresh();
        expect(environment.run([...silently, ...ours, ...root, "create", "-b", bundle, id]).code).toBe(0);
        const file = `${environment.folder}/${runtime}-process.json`;
        const text = JSON.stringify({ args: ["/app.wasm"], cwd: "/", user: { uid: 0, gid: 0 }, env: [] });
        writeFileSync(file, text);
        const refused = environment.run([...ours, ...root, "exec", "--process", file, "--rm", id]);
        expect(refused.code).not.toBe(0);
        expect(readFileSync(file, "utf8")).toBe(text);
        expect(environment.run([...ours, ...root, "delete", "--force", id]).code).toBe(0);
      });
    });
  }
}
